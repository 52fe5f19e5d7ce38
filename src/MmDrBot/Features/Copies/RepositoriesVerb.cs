using MmDrBot.Verbs;

namespace MmDrBot.Features.Copies;

internal sealed class RepositoriesVerb(ListRepositories list) : Verb
{
    internal override string Path => "repositories";

    internal override string Description => "Lists the repository and its copies: how they stand, and how far each is behind.";

    internal override bool InChat => true;

    internal override IReadOnlyList<string> Examples => ["repositories"];

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var all = await list.HandleAsync(invocation.Actor, cancellationToken);
        var problems = all.Where(one => one.Problem is not null).Select(one => $"**{one.Name}**: {one.Problem}").ToArray();
        return new Reply
        {
            Table = new ReplyTable(["Name", "Where", "State", "Restore points", "Newest", "Missing", "Behind", "Replicated", "Off-site"], [.. all.Select(one => Row(one, invocation))]),
            Footer = invocation.Below(problems.Length > 0 ? string.Join('\n', problems) : all.Count == 1 ? "There is no copy: MMDR_Repositories__NAME__Url sets one (docs/off-site.md)." : null),
            Json = all,
            ExitCode = all.All(one => one.State == "ok") ? ExitCodes.Ok : ExitCodes.Failed,
        };
    }

    private static IReadOnlyList<string> Row(RepositoryStanding one, Invocation invocation) =>
    [
        one.Name, one.Location, one.State, $"{one.RestorePoints}", one.NewestAt is { } newest ? invocation.Cell(newest) : "", $"{one.Missing}",
        one.LagSeconds is { } lag ? Words.Duration(TimeSpan.FromSeconds(lag)) : "", one.ReplicatedAt is { } at ? invocation.Cell(at) : "", one.Offsite ? "yes" : "",
    ];
}
