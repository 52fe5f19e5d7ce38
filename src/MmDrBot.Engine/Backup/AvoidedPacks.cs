using MmDrBot.Engine.ObjectStores;
using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Backup;

/// <summary>
/// Packs that a backup must not rely on: condemned ones, those in which damage was found, and, where a condemned list can't be read, every
/// pack that may be on it. A pack that was written clearly later cannot: what a backup stores anew serves the next one.
/// </summary>
internal sealed class AvoidedPacks
{
    /// <summary>More than the clocks of those who write to one store differ.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromHours(1);

    private readonly HashSet<string> _unreadable = [];
    private readonly HashSet<BlobId> _doubtful = [];

    internal HashSet<BlobId> Packs { get; } = [];

    /// <summary>What whoever reads the restore point should know of it.</summary>
    internal List<string> Warnings { get; } = [];

    internal static async Task<AvoidedPacks> ReadAsync(Repository repository, CancellationToken cancellationToken)
    {
        var avoided = new AvoidedPacks();
        var condemned = await avoided.AddKnownAsync(repository, cancellationToken);
        if (condemned.Unreadable.Count > 0)
        {
            await avoided.AddDoubtfulAsync(repository, condemned.Unreadable.Max(list => list.Item.Modified) + Margin, cancellationToken);
            avoided._unreadable.UnionWith(condemned.Unreadable.Select(list => list.Item.Name));
            avoided.Warnings.AddRange(condemned.Unreadable.Select(list => Describe(list.Item.Name, list.Damage)));
        }

        return avoided;
    }

    /// <summary>The same question, asked again at the end of a backup: what was doubtful stays so, though not what the backup wrote since.</summary>
    internal async Task<AvoidedPacks> ReadAgainAsync(Repository repository, CancellationToken cancellationToken)
    {
        var now = new AvoidedPacks();
        var condemned = await now.AddKnownAsync(repository, cancellationToken);
        now.Packs.UnionWith(_doubtful);
        return condemned.Unreadable.FirstOrDefault(list => !_unreadable.Contains(list.Item.Name)) is { Damage: { } damage }
            ? throw new EngineException(EngineFault.Conflict, $"{damage.Message} It was written while the backup ran, so which packs may be relied on is not known; nothing was committed.", "Take the backup again: what was stored already is not sent twice.", damage)
            : now;
    }

    private async Task<CondemnedLists> AddKnownAsync(Repository repository, CancellationToken cancellationToken)
    {
        var condemned = await CondemnedLists.ReadAsync(repository, cancellationToken);
        Packs.UnionWith(condemned.Readable.SelectMany(list => list.Content.Packs));
        Packs.UnionWith(await Distrust.PacksAsync(repository, cancellationToken));
        return condemned;
    }

    private async Task AddDoubtfulAsync(Repository repository, DateTimeOffset until, CancellationToken cancellationToken)
    {
        await foreach (var item in repository.Store.ListAsync(ObjectNames.Packs, cancellationToken))
        {
            if (item.Modified <= until && ObjectNames.IdOf(item.Name) is { } id)
            {
                _doubtful.Add(id);
            }
        }

        Packs.UnionWith(_doubtful);
    }

    private static string Describe(string name, EngineException damage) =>
        $"{damage.Message} Any pack that is older may be on this list, so what they hold was stored anew. Put a good copy of it back, or give it up: `mmdr repository give-up {name[ObjectNames.Condemned.Length..][..12]} --reason TEXT`.";
}
