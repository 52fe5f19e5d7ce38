using System.Text.Json;
using MmDrBot.Access;
using MmDrBot.Interactions;
using MmDrBot.Jobs;
using MmDrBot.Settings;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Verification;

internal sealed class VerificationReport : IJobReport
{
    private const int ShownNotes = 5;

    public string Kind => StartVerification.Kind;

    public string Title => "Verification";

    public string Success(Job job)
    {
        var result = ResultOf(job);
        var point = $"Restore point `{Words.Short(result.RestorePoint)}`";
        return result switch
        {
            { Checks: not null } => string.Join('\n', Drill(result, point)),
            { Level: "data" } => $"{point} is whole: every byte that it needs was read, decrypted and compared ({Words.Bytes(result.BytesRead)}).",
            _ => $"{point} has its structure: lists and indexes read well, every pack is there. `--level data` reads the bytes as well, `--level drill` restores it.",
        };
    }

    public IReadOnlyList<Button> Buttons(Job job)
    {
        var id = ResultOf(job).RestorePoint;
        return [new Button("Show", ["restore-point", id], Permission.ViewRestorePoints)];
    }

    public string? Details(Job job) => ResultOf(job) is { Checks: { } checks } result
        ? $"The drill of restore point `{Words.Short(result.RestorePoint)}` looked at:\n{string.Join('\n', checks.Select(check => $"- {check.Name}: {(check.Outcome == "passed" ? "" : "**not proven**: ")}{check.Detail}"))}"
        : null;

    public NewsKind? News(Job job) => !IsDrill(job) ? null : job.State is JobState.Succeeded ? NewsKind.DrillPassed : NewsKind.DrillFailed;

    private static IEnumerable<string> Drill(VerificationResult result, string point)
    {
        var passed = result.Checks!.Count(check => check.Outcome == "passed");
        yield return $"{point} was restored{(result.Place is { } place ? $" to {place}" : "")} in **{Words.Duration(TimeSpan.FromSeconds(result.RestoreSeconds ?? 0))}** ({Words.Bytes(result.BytesRead)}), and is right: {Words.Count(passed, "check", "checks")} passed{(result.Level == "boot" ? ", and Mattermost ran on it" : "")}. Nothing of it stays.";
        foreach (var open in result.NotProven ?? [])
        {
            yield return $"Not proven: {open}";
        }

        foreach (var note in result.Notes.Take(ShownNotes))
        {
            yield return $"Note: {note}";
        }

        if (result.Log is { } log)
        {
            yield return $"Mattermost's log is kept at {log}.";
        }
    }

    private static bool IsDrill(Job job) => JsonSerializer.Deserialize<StartVerificationRequest>(job.RequestJson, JobLauncher.Json) is { Level: "drill" or "boot" };

    private static VerificationResult ResultOf(Job job) => JsonSerializer.Deserialize<VerificationResult>(job.ResultJson!, JobLauncher.Json)!;
}
