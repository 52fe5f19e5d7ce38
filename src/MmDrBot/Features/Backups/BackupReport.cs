using System.Text.Json;
using MmDrBot.Access;
using MmDrBot.Interactions;
using MmDrBot.Jobs;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Backups;

internal sealed class BackupReport : IJobReport
{
    private const int ShownWarnings = 5;

    public string Kind => StartBackup.Kind;

    public string Title => "Backup";

    public string Success(Job job)
    {
        var result = ResultOf(job);
        var lines = new List<string>
        {
            $"Restore point `{Words.Short(result.RestorePoint)}` holds {string.Join(" + ", result.Components)}: {Words.Bytes(result.Bytes)}, {Words.Bytes(result.NewBytes)} of them new.",
            $"{Words.Count(result.Tables, "table", "tables")}, {Words.Count(result.Rows, "row", "rows")}, {Words.Count(result.Files, "file and directory", "files and directories")}.",
        };
        if (result.Lock is { } held)
        {
            lines.Add($"All of it is locked ({held.Mode}) until {held.Until:yyyy-MM-dd} or longer{(held.Extended > 0 ? $"; {Words.Count(held.Extended, "older object", "older objects")} had the lock extended" : "")}.");
        }

        lines.AddRange(result.Warnings.Take(ShownWarnings).Select(warning => $"Note: {warning}"));
        if (result.Warnings.Count > ShownWarnings)
        {
            lines.Add($"... and {result.Warnings.Count - ShownWarnings} more notes (`restore-point {Words.Short(result.RestorePoint)}` shows them).");
        }

        if (result.Copies is { Count: > 0 } copies)
        {
            lines.Add($"The service will copy it to {string.Join(" and ", copies)}; without one, `replicate` does.");
        }

        if (result.NotCopied is { } notCopied)
        {
            lines.Add($"Note: no copy of it was queued: {notCopied} `replicate` makes one.");
        }

        if (result.NotRecorded is { } reason)
        {
            lines.Add($"Note: the state database has no record of it: {reason}");
        }

        return string.Join('\n', lines);
    }

    public IReadOnlyList<Button> Buttons(Job job)
    {
        var id = ResultOf(job).RestorePoint;
        return
        [
            new Button("Verify", ["verify", id], Permission.Verify) { ChangesState = true },
            new Button("Show", ["restore-point", id], Permission.ViewRestorePoints),
        ];
    }

    public string? Details(Job job) => ResultOf(job) is { Warnings.Count: > ShownWarnings } result
        ? $"All {result.Warnings.Count} notes on restore point `{Words.Short(result.RestorePoint)}`:\n{string.Join('\n', result.Warnings.Select(warning => $"- {warning}"))}"
        : null;

    private static BackupResult ResultOf(Job job) => JsonSerializer.Deserialize<BackupResult>(job.ResultJson!, JobLauncher.Json)!;
}
