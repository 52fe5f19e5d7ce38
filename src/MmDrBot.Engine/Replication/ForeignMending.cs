using MmDrBot.Engine.Backup;
using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Replication;

/// <summary>
/// Brings content that no good pack holds here out of a repository with another key, where one is a copy of the other: what a restore point's
/// counterpart there holds is cut and sealed with the key that is used here, so that the same content gets the ids that are missing.
/// </summary>
internal sealed class ForeignMending
{
    private readonly Repository _repository;
    private readonly Repository _from;
    private readonly Dictionary<BlobId, RestorePoint> _counterparts;

    private ForeignMending(Repository repository, Repository from, Dictionary<BlobId, RestorePoint> counterparts) =>
        (_repository, _from, _counterparts) = (repository, from, counterparts);

    /// <exception cref="EngineException">Conflict: neither is a copy of the other.</exception>
    internal static async Task<ForeignMending> ReadAsync(Repository repository, Repository from, CancellationToken cancellationToken)
    {
        var here = await repository.RestorePointsAsync(static (_, _) => { }, cancellationToken);
        var there = await from.RestorePointsAsync(static (_, _) => { }, cancellationToken);
        var counterparts = new Dictionary<BlobId, RestorePoint>();
        foreach (var point in here)
        {
            if (there.FirstOrDefault(other => IsCopy(other, point, repository) || IsCopy(point, other, from)) is { } counterpart)
            {
                counterparts[point.Id] = counterpart;
            }
        }

        return counterparts.Count > 0 || here.Count == 0 || there.Count == 0 || there.Any(other => other.Origin?.Repository == repository.Id)
            ? new ForeignMending(repository, from, counterparts)
            : throw new EngineException(EngineFault.Conflict, $"{from.Location} has another key and no copy of anything in {repository.Location}.", "Name a repository that one of them is a copy of.");
    }

    /// <param name="lacking">Restore points that lack something.</param>
    /// <param name="loaded">What is here.</param>
    /// <param name="bad">The packs of it that hold nothing that counts.</param>
    /// <param name="progress">Where to tell how far it is.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    internal async Task RunAsync(IReadOnlyCollection<RestorePoint> lacking, LoadedIndex loaded, IReadOnlySet<BlobId> bad, BackupProgress progress, CancellationToken cancellationToken)
    {
        using var reader = new BlobReader(_from, (await LoadedIndex.ReadAsync(_from, cancellationToken)).ToBlobIndex(), PackCache.For(_from.Store));
        var good = loaded.ToBlobIndex(except: bad);
        using var own = new BlobReader(_repository, loaded.ToBlobIndex()); // Of a bad pack most may still be read.
        await using var writer = new BlobWriter(_repository.Store, _repository.Key, loaded.ToBlobIndex(except: bad), cancellationToken);
        var standing = new LossReport(id => good.Find(id) is not null, own);

        // What is damaged there as well stays lost, and is told in the end.
        var streams = new StreamCopier(reader, new Repositories.StreamWriter(writer, new Chunker(_repository.Key)), progress) { IsWhole = standing.IsThereAsync, LeavesDamageOut = true };
        foreach (var point in lacking.Where(point => _counterparts.ContainsKey(point.Id)))
        {
            await TryCopyAsync(streams, _counterparts[point.Id], point, own, cancellationToken);
        }

        await writer.CompleteAsync();
        if (writer.Written.Count > 0)
        {
            await _repository.WriteSealedAsync(ObjectKind.Index, new IndexFormat([], writer.Written).ToBytes(), cancellationToken);
        }
    }

    /// <returns>Of those that lack something, whose counterpart is there as a whole.</returns>
    internal async Task<IReadOnlySet<BlobId>> ForetellAsync(IEnumerable<RestorePoint> lacking, CancellationToken cancellationToken)
    {
        var index = (await LoadedIndex.ReadAsync(_from, cancellationToken)).ToBlobIndex();
        using var reader = new BlobReader(_from, index);
        var whole = new HashSet<BlobId>();
        foreach (var point in lacking.Where(point => _counterparts.ContainsKey(point.Id)))
        {
            if (await new LossReport(id => index.Find(id) is not null, reader).OfAsync(_counterparts[point.Id], cancellationToken) is [])
            {
                whole.Add(point.Id);
            }
        }

        return whole;
    }

    private static bool IsCopy(RestorePoint copy, RestorePoint original, Repository of) => copy.Origin is { } origin && origin.Repository == of.Id && origin.RestorePoint == original.Id;

    private static async Task TryCopyAsync(StreamCopier streams, RestorePoint counterpart, RestorePoint point, BlobReader own, CancellationToken cancellationToken)
    {
        try
        {
            await streams.LearnAsync(counterpart, point, own, cancellationToken);
        }
        catch (EngineException damage) when (damage.Fault is EngineFault.Damaged)
        {
            // A list is damaged here: what it names is read there instead.
        }

        try
        {
            await streams.CopyAsync(counterpart, cancellationToken);
        }
        catch (EngineException damage) when (damage.Fault is EngineFault.Damaged)
        {
            // A list is damaged there: what came before that place is stored.
        }
    }
}
