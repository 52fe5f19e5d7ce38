using MmDrBot.Access;
using MmDrBot.Diagnosis;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Doctor;

internal sealed class DoctorVerb(RunDoctor doctor) : Verb
{
    internal override string Path => "doctor";

    internal override string Description => "Looks at everything that backups, chat and outages need, and says how to mend what is not well.";

    internal override bool InChat => true;

    internal override bool NeedsGoodSettings => false;

    internal override IReadOnlyList<string> Examples => ["doctor"];

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var report = await doctor.HandleAsync(invocation.Actor, cancellationToken);
        return new Reply
        {
            Table = new ReplyTable(["", "Area", "What", "Found", "Cure"], [.. report.Findings.Select(Row)]),
            Footer = Footer(report),
            Json = new { good = report.Good, failed = report.Failed, warnings = report.Warnings, findings = report.Findings },
            ExitCode = report.Good ? ExitCodes.Ok : ExitCodes.Failed,
        };
    }

    private static string[] Row(DoctorFinding finding) =>
        [EnumText.Of(finding.State).ToUpperInvariant(), EnumText.Of(finding.Area), finding.What, finding.Detail, finding.State is FindingState.Ok ? "" : finding.Cure ?? ""];

    private static string Footer(DoctorReport report) => (report.Failed, report.Warnings) switch
    {
        (0, 0) => "Nothing is wrong.",
        (0, var warnings) => $"Nothing failed; {Words.Count(warnings, "warning", "warnings")}.",
        (var failed, 0) => $"{failed} failed.",
        var (failed, warnings) => $"{failed} failed; {Words.Count(warnings, "warning", "warnings")}.",
    };
}

internal static class DoctorFeature
{
    internal static IServiceCollection AddDoctor(this IServiceCollection services) => services
        .AddSingleton<RunDoctor>()
        .AddSingleton<Verb, DoctorVerb>();
}
