using System.CommandLine;
using MmDrBot.Access;
using MmDrBot.Interactions;
using MmDrBot.Verbs;

namespace MmDrBot.Features.AuditTrail;

internal sealed class AuditVerb(ReadAuditTrail trail) : Verb
{
    private const int Few = 5, Some = 20, Many = 25;

    private readonly Option<int?> _limit = new("--limit") { Description = "How many, at most 1000; 20 if left out, 5 in chat.", HelpName = "N" };

    internal override string Path => "audit";

    internal override string Description => "Shows who did what, newest first, and whether the trail's chain is whole.";

    internal override bool InChat => true;

    internal override IReadOnlyList<string> Examples => ["audit", "audit --limit 100"];

    internal override void Shape(Command command) => command.Options.Add(_limit);

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var limit = Math.Clamp(invocation.Value(_limit) ?? (invocation.Actor.Door is Door.Chat ? Few : Some), 1, 1000);
        var records = await trail.HandleAsync(null, limit, invocation.Actor, cancellationToken);
        var broken = await trail.VerifyAsync(invocation.Actor, cancellationToken);
        var views = records.Select(AuditEntryView.Of).ToArray();
        return new Reply
        {
            Table = new ReplyTable(["No", "When", "Who", "What", "On", "Outcome"], [.. views.Select(view => new[] { $"{view.Seq}", invocation.Cell(view.At), view.Actor, view.Action, Words.Short(view.Target), view.Outcome })]),
            Footer = invocation.Below(broken is null ? "The chain is whole." : $"The chain is broken at entry {broken}: somebody changed the trail."),
            Buttons = views.Length == limit && limit < Many ? [new Button("More", ["audit", "--limit", $"{Many}"], Permission.ViewAudit)] : [],
            Json = new { entries = views, brokenAt = broken },
            ExitCode = broken is null ? ExitCodes.Ok : ExitCodes.Failed,
        };
    }
}
