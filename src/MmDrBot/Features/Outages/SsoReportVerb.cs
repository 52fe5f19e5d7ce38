using System.CommandLine;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Outages;

internal sealed class SsoReportVerb(ReportOutage report) : Verb
{
    private readonly Argument<string?> _outage = new("OUTAGE") { Description = "An outage's id or service; the newest if left out.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> _csv = new("--csv") { Description = "As comma-separated values." };

    internal override string Path => "sso report";

    internal override string Description => "Lists all conversions of an outage: who, when, by whom, ticket, how long, and how many are left.";

    internal override bool InChat => true;

    internal override IReadOnlyList<string> Examples => ["sso report", "sso report saml --csv"];

    internal override void Shape(Command command)
    {
        command.Arguments.Add(_outage);
        command.Options.Add(_csv);
    }

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var found = await report.HandleAsync(invocation.Value(_outage), invocation.Actor, cancellationToken);
        if (invocation.Value(_csv))
        {
            return new Reply { Raw = SsoCsv.Of(found).TrimEnd('\n'), Json = found };
        }

        return new Reply
        {
            Text = $"Outage of **{found.Outage.Service}**, ticket {Words.Code(found.Outage.Ticket)}, {found.Outage.State}: {Words.Count(found.Conversions.Count, "conversion", "conversions")}, **{found.Remaining} remaining** in the books. {found.InMattermost.Sentence}",
            Table = new ReplyTable(["Account", "State", "Ticket", "By", "Converted", "Ended", "Lasted", "Signs in with"], [.. found.Conversions.Select(one => new[]
            {
                $"@{one.Username}", one.State, one.Ticket, one.RequestedBy, one.ConvertedAt is { } at ? invocation.Cell(at) : "", one.EndedAt is { } ended ? invocation.Cell(ended) : "",
                one is { ConvertedAt: { } from, EndedAt: { } to } ? Words.Duration(to - from) : "",
                one.SignsInWith ?? "",
            })]),
            Footer = found.Conversions.Count == 0 ? null : invocation.Below(),
            Json = found,
        };
    }
}
