using System.CommandLine;
using MmDrBot.Verbs;

namespace MmDrBot.Features.AuditTrail;

internal sealed class AuditVerb(ReadAuditTrail trail) : Verb
{
    private readonly Option<int> _limit = new("--limit") { Description = "How many, at most 1000.", DefaultValueFactory = _ => 20, HelpName = "N" };

    internal override string Path => "audit";

    internal override string Description => "Shows who did what, newest first, and whether the trail's chain is whole.";

    internal override void Shape(Command command) => command.Options.Add(_limit);

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var records = await trail.HandleAsync(null, Math.Clamp(invocation.Value(_limit), 1, 1000), invocation.Actor, cancellationToken);
        var broken = await trail.VerifyAsync(invocation.Actor, cancellationToken);
        var views = records.Select(AuditEntryView.Of).ToArray();
        return new Reply
        {
            Table = new ReplyTable(["No", "When", "Who", "What", "On", "Outcome"], [.. views.Select(view => new[] { $"{view.Seq}", Words.Time(view.At), view.Actor, view.Action, Words.Short(view.Target), view.Outcome })]),
            Footer = broken is null ? "The chain is whole." : $"The chain is broken at entry {broken}: somebody changed the trail.",
            Json = new { entries = views, brokenAt = broken },
            ExitCode = broken is null ? ExitCodes.Ok : ExitCodes.Failed,
        };
    }
}
