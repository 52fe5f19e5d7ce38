using MmDrBot.Access;
using MmDrBot.Engine.Repositories;
using MmDrBot.Protection;
using MmDrBot.Settings;

namespace MmDrBot.Features.Copies;

/// <summary>A repository as the doors show it.</summary>
internal sealed record RepositoryStanding
{
    /// <summary>main, or the copy's name.</summary>
    public required string Name { get; init; }

    public required string Location { get; init; }

    /// <summary>32 hex digits; null when it could not be opened.</summary>
    public string? Id { get; init; }

    /// <summary>ok, behind, damaged, empty (never replicated to, or all was forgotten there) or unreachable.</summary>
    public required string State { get; init; }

    public bool Offsite { get; init; }

    /// <summary>Whether it is sealed with another key than the first one.</summary>
    public bool OwnKey { get; init; }

    public int RestorePoints { get; init; }

    /// <summary>When its newest restore point was taken.</summary>
    public DateTimeOffset? NewestAt { get; init; }

    /// <summary>How many restore points of the first one it lacks.</summary>
    public int Missing { get; init; }

    /// <summary>The age of the oldest of those, in seconds; null: it lacks none.</summary>
    public long? LagSeconds { get; init; }

    /// <summary>When a replication last came to its end.</summary>
    public DateTimeOffset? ReplicatedAt { get; init; }

    /// <summary>What is wrong; null when nothing is.</summary>
    public string? Problem { get; init; }
}

/// <summary>Lists the repositories: looks into each, and tells what the state knows of its copies.</summary>
internal sealed class ListRepositories(KnownRepositories repositories, CopyLag lag, AppSettings settings, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public async Task<IReadOnlyList<RepositoryStanding>> HandleAsync(Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ViewStatus);
        var (standings, unknown) = await StandingsAsync(cancellationToken);
        return await Task.WhenAll(repositories.All.Select(one => LookAsync(one, standings.GetValueOrDefault(one.Name), unknown, cancellationToken)));
    }

    private async Task<(Dictionary<string, CopyStanding> Known, string? Unknown)> StandingsAsync(CancellationToken cancellationToken)
    {
        try
        {
            return ((await lag.ReadAsync(cancellationToken)).ToDictionary(copy => copy.Name), null);
        }
        catch (Refusal unavailable)
        {
            return ([], unavailable.Message);
        }
    }

    private async Task<RepositoryStanding> LookAsync(RepositoryProvider one, CopyStanding? copy, string? unknown, CancellationToken cancellationToken)
    {
        var options = one.Name == KnownRepositories.Main ? settings.Repository : repositories.OptionsOf(one.Name);
        var standing = new RepositoryStanding
        {
            Name = one.Name,
            Location = options.Url ?? "not set",
            State = "ok",
            Offsite = options.Offsite,
            OwnKey = options is CopyOptions { HasOwnKey: true },
            Missing = copy?.Missing ?? 0,
            LagSeconds = copy?.Lag is { } behind ? (long)behind.TotalSeconds : null,
            ReplicatedAt = copy?.ReplicatedAt,
        };
        try
        {
            using var patience = new CancellationTokenSource(Patience, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
            return Judge(await OpenAsync(one, standing, either.Token), copy, one.Name == KnownRepositories.Main ? null : unknown);
        }
        catch (Refusal refusal)
        {
            return refusal.Reason is RefusalReason.NoRepository && one.Name != KnownRepositories.Main
                ? standing with { State = "empty", Problem = "Nothing was replicated to it yet." }
                : standing with { State = "unreachable", Problem = refusal.Message };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return standing with { State = "unreachable", Problem = $"It did not answer within {Patience.TotalSeconds:0} seconds." };
        }
    }

    private static async Task<RepositoryStanding> OpenAsync(RepositoryProvider one, RepositoryStanding standing, CancellationToken cancellationToken)
    {
        var repository = await one.OpenCachedAsync(cancellationToken);
        var damaged = new List<string>();
        var points = await EngineRefusals.TranslateAsync(() => repository.RestorePointsAsync((_, damage) => damaged.Add(damage.Message), cancellationToken));
        return standing with
        {
            Id = repository.Id,
            Location = repository.Location,
            RestorePoints = points.Count,
            NewestAt = points.Count > 0 ? points[^1].CreatedAt : null,
            State = damaged.Count > 0 ? "damaged" : "ok",
            Problem = damaged.FirstOrDefault(),
        };
    }

    private static RepositoryStanding Judge(RepositoryStanding standing, CopyStanding? copy, string? unknown) => copy switch
    {
        _ when standing.State != "ok" => standing,
        null => standing with { Problem = unknown },
        { Damage: { } damage } => standing with { State = "damaged", Problem = damage.Split('\n')[0] },
        { IsBehind: true } => standing with { State = "behind", Problem = $"It {copy.Fault}." },
        { IsEmptied: true } => standing with { State = "empty", Problem = $"It {copy.Fault}." },
        { Error: { } error } => standing with { Problem = $"The last replication: {error}" },
        _ => standing,
    };
}
