using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Protection;
using MmDrBot.Verbs;

namespace MmDrBot.Features.RepositoryCare;

/// <summary>Makes a repository at the configured place.</summary>
internal sealed class InitializeRepository(RepositoryProvider repositories, AuditTrailWriter audit)
{
    public async Task<(string Id, string Location)> HandleAsync(Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageRepository);
        var repository = await repositories.InitializeAsync(cancellationToken);
        await audit.RecordAsync(actor, "repository.initialized", repository.Id, cancellationToken);
        return (repository.Id, repository.Location);
    }
}

internal sealed class RepositoryInitVerb(InitializeRepository initialize) : Verb
{
    internal override string Path => "repository init";

    internal override string Description => "Makes a repository at MMDR_Repository__Url, an empty place.";

    internal override IReadOnlyList<string> Examples => ["repository init"];

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var (id, location) = await initialize.HandleAsync(invocation.Actor, cancellationToken);
        return Reply.Of($"Made repository {id} at {location}.\nKeep the passphrase where a dead server can't take it along; `key add --recovery` prints a key for the safe.", new { repository = id, location });
    }
}
