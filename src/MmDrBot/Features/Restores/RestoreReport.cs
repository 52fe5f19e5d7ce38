using System.Text.Json;
using MmDrBot.Jobs;
using MmDrBot.Settings;
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
        if (result.To is { } to)
        {
            lines.Add(to == RestoreTargetOptions.Server
                ? "Next: sign in, open a channel and a file. Passwords and sessions are those of then. If `/dr` is gone, `mmdr mattermost register` on the host brings it back; `sso reconcile` finds accounts that the restore has converted again."
                : $"Next: the target {to} is filled; let a Mattermost of its own look at it, never a second one beside the first with the same mail and push settings.");
        }

        return string.Join('\n', lines);
    }
}
