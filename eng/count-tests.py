"""Adds up the trx files in a directory: names what failed or was skipped, then prints "N passed, N failed".

usage: count-tests.py DIRECTORY      Exit code 0 only when something ran and nothing failed.
DIRECTORY/failed-runs, if there, names the projects whose `dotnet test` did not end well, one a line.
"""
import pathlib
import sys
import xml.etree.ElementTree

NAMESPACE = {"t": "http://microsoft.com/schemas/VisualStudio/TeamTest/2010"}
SKIPPED = ("NotExecuted", "Inconclusive", "Pending")


def read_results(file):
    """Yields (test, outcome, first line of the message) of one trx file."""
    for result in xml.etree.ElementTree.parse(file).iterfind(".//t:UnitTestResult", NAMESPACE):
        message = result.findtext(".//t:Message", "", NAMESPACE).strip().split("\n")[0]
        yield result.get("testName"), result.get("outcome"), message


def main(directory):
    passed, failed, skipped, broken = 0, [], [], set()
    for file in sorted(directory.glob("*.trx")):
        for name, outcome, message in read_results(file):
            if outcome == "Passed":
                passed += 1
            elif outcome in SKIPPED:
                skipped.append(f"{name}: {message}")
            else:
                failed.append(f"{name}: {message}")
                broken.add(file.stem)
    runs = directory / "failed-runs"
    if runs.exists():
        # A run that fails without a failed test crashed, hung or never started.
        failed += [f"{name}: the run itself failed" for name in runs.read_text().split() if name not in broken]
    for title, names in (("skipped", skipped), ("failed", failed)):
        for name in names:
            print(f"{title}: {name}")
    print(f"{passed} passed, {len(failed)} failed" + (f", {len(skipped)} skipped" if skipped else ""))
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
