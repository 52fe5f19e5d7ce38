using MmDrBot.Access;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Outages;

internal sealed class SsoPreflightVerb(Preflight preflight) : Verb
{
    internal override string Path => "sso preflight";

    internal override string Description => "Looks whether conversions would work and help; changes nothing.";

    internal override bool InChat => true;

    internal override IReadOnlyList<string> Examples => ["sso preflight"];

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        invocation.Actor.Require(Permission.ViewStatus);
        var checks = await preflight.ShowAsync(cancellationToken);
        var (vital, other) = (checks.Count(check => check is { IsOk: false, IsVital: true }), checks.Count(check => check is { IsOk: false, IsVital: false }));
        return new Reply
        {
            Text = vital > 0 ? $"**Conversions would not work:** {Words.Count(vital, "point has", "points have")} to be mended first." : other > 0 ? $"Conversions would work; {Words.Count(other, "point is", "points are")} worth a look." : "Conversions would work.",
            Table = SsoTables.Preflight(checks),
            Json = checks,
            ExitCode = vital > 0 ? ExitCodes.Failed : ExitCodes.Ok,
        };
    }
}
