using System.CommandLine;
using MmDrBot.Access;
using MmDrBot.Engine.ObjectStores;
using MmDrBot.Protection;
using MmDrBot.Verbs;

namespace MmDrBot.Features.RepositoryCare;

/// <summary>Tries whether the store keeps the promises that a repository needs.</summary>
internal sealed class TestRepository(KnownRepositories repositories, TimeProvider time)
{
    public async Task<IReadOnlyList<ProbeResult>> HandleAsync(string? repository, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageRepository);
        return await EngineRefusals.TranslateAsync(() => StoreProbe.RunAsync(repositories.Get(repository).Store(), time, cancellationToken));
    }
}

internal sealed class RepositoryTestVerb(TestRepository test, KnownRepositories repositories) : Verb
{
    internal override string Path => "repository test";

    internal override string Description => "Tries whether the store keeps the promises that a repository needs.";

    private readonly Option<string?> _repository = RepositoryOption.Make();

    internal override IReadOnlyList<string> Examples => ["repository test"];

    internal override void Shape(Command command) => command.Options.Add(_repository);

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var results = await test.HandleAsync(invocation.Value(_repository), invocation.Actor, cancellationToken);
        var location = repositories.Get(invocation.Value(_repository)).Location;
        var good = results.All(result => result.Kept);
        return new Reply
        {
            Text = good ? $"{location} keeps its promises{(results.Any(result => result.Warning) ? "; what there is to know stands below" : "")}." : $"{location} can't be trusted with restore points.",
            Table = new ReplyTable(["", "Promise", "What happened"], [.. results.Select(result => new[] { !result.Kept ? "FAILED" : result.Warning ? "WARNING" : "OK", result.Promise, result.Fault ?? "" })]),
            Json = new { location, good, results },
            ExitCode = good ? ExitCodes.Ok : ExitCodes.Failed,
        };
    }
}
