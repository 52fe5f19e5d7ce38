using MmDrBot.Engine.ObjectStores;

namespace MmDrBot.Engine.Locking;

/// <summary>All that was ever written or deleted under one name, the newest first. What is written once has one version.</summary>
internal sealed record ObjectHistory(string Name, IReadOnlyList<StoredVersion> Versions)
{
    /// <summary>Those with content.</summary>
    internal IReadOnlyList<StoredVersion> Contents { get; } = [.. Versions.Where(version => !version.IsMarker)];

    /// <summary>Whether readers find nothing although there is something.</summary>
    internal bool IsHidden => Versions[0].IsMarker && Contents.Count > 0;

    internal bool IsVisible => !Versions[0].IsMarker;

    /// <summary>Whether something else may lie on top of what was written first.</summary>
    internal bool MayBeOverwritten => Contents.Count > 1 && (Contents[0].Size != Contents[^1].Size || Contents[0].ETag is null || Contents[0].ETag != Contents[^1].ETag);

    /// <summary>Reads the histories of all objects.</summary>
    internal static async Task<IReadOnlyList<ObjectHistory>> ReadAllAsync(IVersionedStore store, string prefix, CancellationToken cancellationToken)
    {
        var (histories, current) = (new List<ObjectHistory>(), new List<StoredVersion>());
        await foreach (var version in store.ListAsync(prefix, cancellationToken))
        {
            if (current.Count > 0 && current[0].Name != version.Name)
            {
                histories.Add(Of(current));
                current = [];
            }

            current.Add(version);
        }

        return current.Count > 0 ? [.. histories, Of(current)] : histories;
    }

    private static ObjectHistory Of(List<StoredVersion> versions) => new(versions[0].Name, [.. versions.OrderByDescending(version => version.IsLatest)]);
}
