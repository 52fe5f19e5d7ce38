using System.Text.Json;
using MmDrBot.Jobs;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Restores;

internal sealed class RestoreReport : IJobReport
{
    public string Kind => StartRestore.Kind;

    public string Title => "Restore";

    public string Success(Job job)
    {
        var result = JsonSerializer.Deserialize<RestoreOutcome>(job.ResultJson!, JobLauncher.Json)!;
        var lines = new List<string>
        {
            $"Restore point `{Words.Short(result.RestorePoint)}`: {Words.Count(result.Tables, "table", "tables")}, {Words.Count(result.Rows, "row", "rows")}, {Words.Count(result.Files, "file", "files")}, {Words.Bytes(result.Bytes)}.",
        };
        lines.AddRange(result.Notes.Select(note => $"Note: {note}"));
        return string.Join('\n', lines);
    }
}
