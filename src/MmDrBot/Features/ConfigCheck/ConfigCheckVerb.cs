using MmDrBot.Diagnosis;
using MmDrBot.Verbs;

namespace MmDrBot.Features.ConfigCheck;

internal sealed class ConfigCheckVerb(CheckSettings check) : Verb
{
    internal override string Path => "config check";

    internal override string Description => "Says what the settings are, where they come from, and what is wrong; secrets masked.";

    internal override bool NeedsGoodSettings => false;

    internal override IReadOnlyList<string> Examples => ["config check", "config check --json"];

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var findings = await check.HandleAsync(cancellationToken);
        var faults = findings.Count(finding => finding.Fault is not null);
        return new Reply
        {
            Table = new ReplyTable(["", "What", "Value", "From"], [.. findings.Select(finding => new[] { finding.Fault is null ? "OK" : "FAILED", finding.What, finding.Fault ?? finding.Value, finding.From })]),
            Footer = faults == 0 ? "Nothing is wrong." : $"{faults} to mend.",
            Json = new { good = faults == 0, findings },
            ExitCode = faults == 0 ? ExitCodes.Ok : ExitCodes.Failed,
        };
    }
}

internal static class ConfigCheckFeature
{
    internal static IServiceCollection AddConfigCheck(this IServiceCollection services) => services
        .AddSingleton<GivenSettings>()
        .AddSingleton<CheckSettings>()
        .AddSingleton<IDoctorCheck, SettingsDoctor>()
        .AddSingleton<Verb, ConfigCheckVerb>()
        .AddSingleton<Verb, ConfigInitVerb>();
}
