"""Prints the measurements of bench.sh as a Markdown table: bench-table.py RESULTS.tsv

A line of RESULTS.tsv: job, group, name, wall seconds, peak KiB, bytes of the store (0: not measured). Several lines of the
same job and name are rounds: their median counts. A job's ratio is the sum of its group "restic" over its group "mmdr".
"""
import statistics
import sys


def read(path):
    """job -> (group, name) -> list of (wall, memory, size), in the order of the file."""
    jobs = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            job, group, name, wall, memory, size = line.rstrip("\n").split("\t")
            jobs.setdefault(job, {}).setdefault((group, name), []).append((float(wall), int(memory), int(size)))
    return jobs


def median(rounds, column):
    return statistics.median(values[column] for values in rounds)


def spread(rounds):
    walls = sorted(values[0] for values in rounds)
    return f" [{walls[0]:.1f}–{walls[-1]:.1f}]" if len(walls) > 1 else ""


def row(job, name, wall, memory, size, ratio=""):
    shown_size = f"{size / 1e6:,.1f}" if size else ""
    name = name.replace("|", "\\|")
    print(f"| {job} | {name} | {wall} | {memory / 1024:,.0f} | {shown_size} | {ratio} |")


def print_job(job, tools):
    walls = {"mmdr": 0.0, "restic": 0.0, "other": 0.0}
    peak = size = 0
    for (group, name), rounds in tools.items():
        walls[group] += median(rounds, 0)
        row(job, name, f"{median(rounds, 0):.1f}{spread(rounds)}", median(rounds, 1), median(rounds, 2))
        if group == "restic":
            peak, size = max(peak, median(rounds, 1)), median(rounds, 2)
    ratio = f"**{walls['restic'] / walls['mmdr']:.1f}×**" if walls["mmdr"] else ""
    row(job, "*peers together*", f"{walls['restic']:.1f}", peak, size, ratio)


def main(path):
    print("| job | tool | wall s | peak MB | store MB | peers / mmdr |")
    print("|---|---|---|---|---|---|")
    for job, tools in read(path).items():
        print_job(job, tools)


if __name__ == "__main__":
    main(sys.argv[1])
