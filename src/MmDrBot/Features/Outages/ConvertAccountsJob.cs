using System.Collections.Frozen;
using System.Text.Json;
using MmDrBot.Access;
using MmDrBot.Interactions;
using MmDrBot.Jobs;
using MmDrBot.Sso;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Outages;

/// <summary>What a job that converts leaves as its result: counts, and those who were not converted.</summary>
internal sealed record ConvertAccountsResult(int Converted, int AlreadyConverted, IReadOnlyList<ConversionResult> NotConverted);

/// <summary>Converts a long list.</summary>
internal sealed class ConvertAccountsJob(ConvertAccounts convert) : IJobHandler
{
    public string Kind => ConvertAccounts.Kind;

    public async Task<JobOutcome> RunAsync(Job job, IProgress<JobProgress> progress, CancellationToken cancellationToken)
    {
        var work = JsonSerializer.Deserialize<ConvertAccountsWork>(job.RequestJson, JobLauncher.Json)!;
        var actor = new Actor(job.ActorName, job.Door, new[] { Permission.ConvertAccounts }.ToFrozenSet()) { RequestId = work.RequestId };
        var counting = new Progress<int>(done => progress.Report(new JobProgress("accounts") { Percent = 100.0 * done / work.Request.Users.Count, Message = $"{done} of {work.Request.Users.Count}" }));
        var results = await convert.WorkAsync(work, actor, counting, cancellationToken);
        var not = results.Where(result => result.Outcome is ConversionOutcome.Refused or ConversionOutcome.Failed or ConversionOutcome.Unknown).ToArray();
        var result = new ConvertAccountsResult(results.Count(one => one.Outcome is ConversionOutcome.Converted), results.Count(one => one.Outcome is ConversionOutcome.AlreadyConverted), not);
        var json = JsonSerializer.Serialize(result, JobLauncher.Json);
        return not.Length == 0 ? JobOutcome.Succeeded(json) : JobOutcome.PartlyFailed(json);
    }
}

internal sealed class ConvertAccountsReport : IJobReport
{
    private const int Shown = 10;

    public string Kind => ConvertAccounts.Kind;

    public string Title => "Conversion of accounts";

    public IReadOnlyList<Button> Buttons(Job job) => [SsoButtons.Convert, SsoButtons.Status];

    public string? Details(Job job) => JsonSerializer.Deserialize<ConvertAccountsResult>(job.ResultJson!, JobLauncher.Json) is { NotConverted.Count: > Shown } result
        ? $"All {result.NotConverted.Count} that were not converted:\n{string.Join('\n', result.NotConverted.Select(one => $"- {one.Message}"))}"
        : null;

    public string Success(Job job)
    {
        var result = JsonSerializer.Deserialize<ConvertAccountsResult>(job.ResultJson!, JobLauncher.Json)!;
        var not = result.NotConverted.Count == 0 ? "" : $"\n{result.NotConverted.Count} not: {string.Join(" ", result.NotConverted.Take(Shown).Select(one => one.Message))}{(result.NotConverted.Count > Shown ? " ..." : "")}";
        return $"{Words.Count(result.Converted, "account", "accounts")} converted, {result.AlreadyConverted} were so already.{not}\nNext: `sso status`.";
    }
}
