using MmDrBot.Access;
using MmDrBot.Engine.ObjectStores;
using MmDrBot.Protection;
using MmDrBot.Verbs;

namespace MmDrBot.Features.RepositoryCare;

/// <summary>Tries whether the store keeps the promises that a repository needs.</summary>
internal sealed class TestRepository(RepositoryProvider repositories, TimeProvider time)
{
    public async Task<IReadOnlyList<ProbeResult>> HandleAsync(Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageRepository);
        return await EngineRefusals.TranslateAsync(() => StoreProbe.RunAsync(repositories.Store(), time, cancellationToken));
    }
}

internal sealed class RepositoryTestVerb(TestRepository test, RepositoryProvider repositories) : Verb
{
    internal override string Path => "repository test";

    internal override string Description => "Tries whether the store keeps the promises that a repository needs.";

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var results = await test.HandleAsync(invocation.Actor, cancellationToken);
        var good = results.All(result => result.Kept);
        return new Reply
        {
            Text = good ? $"{repositories.Location} keeps its promises{(results.Any(result => result.Warning) ? "; what there is to know stands below" : "")}." : $"{repositories.Location} can't be trusted with restore points.",
            Table = new ReplyTable(["", "Promise", "What happened"], [.. results.Select(result => new[] { !result.Kept ? "FAILED" : result.Warning ? "WARNING" : "OK", result.Promise, result.Fault ?? "" })]),
            Json = new { location = repositories.Location, good, results },
            ExitCode = good ? ExitCodes.Ok : ExitCodes.Failed,
        };
    }
}
