using MmDrBot.Engine.Backup;
using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Verification;

/// <summary>Reads a part of the repository from end to end, so that after some days every byte was read.</summary>
public sealed class ReadBack(Repository repository, TimeProvider time)
{
    /// <summary>The packs that indexes name, those that are missing among them, as the last run saw it.</summary>
    public IReadOnlySet<BlobId> Named { get; private set; } = new HashSet<BlobId>();

    /// <summary>The packs that are there and that an index names, with their sizes.</summary>
    public async Task<IReadOnlyDictionary<BlobId, long>> PacksAsync(CancellationToken cancellationToken)
    {
        var loaded = await LoadedIndex.ReadAsync(repository, cancellationToken);
        return Whole(loaded).ToDictionary(pack => pack.Id, pack => (long)pack.Size);
    }

    /// <summary>Reads these packs; damage is in the findings, not thrown. So is whatever pack is missing or cut short: it would never be in the turn.</summary>
    public async Task<Findings> RunAsync(IReadOnlySet<BlobId> chosen, IProgress<ProgressReport>? report, CancellationToken cancellationToken)
    {
        var (findings, loaded) = (new Findings(), await LoadedIndex.ReadAsync(repository, cancellationToken));
        var packs = Whole(loaded).Where(pack => chosen.Contains(pack.Id)).ToArray();
        var needed = packs.Any(pack => loaded.Distrusted.Contains(pack.Id)) ? await NeededAsync(loaded, cancellationToken) : [];
        (findings.Objects, Named) = (packs.Length, loaded.Packs.Keys.ToHashSet());
        await TellAbsentAsync(findings, loaded, cancellationToken);
        var progress = new BackupProgress(report) { Phase = "data" };
        var verifier = new PackVerifier(repository, loaded, needed, findings, progress, time);
        await verifier.VerifyAsync(packs, null, cancellationToken);
        if (!findings.IsGood)
        {
            await AddLossesAsync(findings, loaded, verifier.Damaged, cancellationToken);
        }

        return findings;
    }

    /// <summary>
    /// Chooses what was read the longest ago, at least this share of all bytes. Whatever comes new waits behind what is there, so each pack's
    /// turn comes after as many runs as there are shares in the whole, however much comes meanwhile.
    /// </summary>
    /// <param name="packs">Packs and their sizes.</param>
    /// <param name="waitingSince">When a pack was read, or first seen; those that are not in it come last.</param>
    /// <param name="share">More than 0, at most 1.</param>
    public static IReadOnlySet<BlobId> Choose(IReadOnlyDictionary<BlobId, long> packs, IReadOnlyDictionary<BlobId, DateTimeOffset> waitingSince, double share)
    {
        var (left, chosen) = ((long)Math.Ceiling(packs.Values.Sum() * share), new HashSet<BlobId>());
        foreach (var (id, size) in packs.OrderBy(pack => waitingSince.GetValueOrDefault(pack.Key, DateTimeOffset.MaxValue)).ThenBy(pack => pack.Key))
        {
            if (left <= 0)
            {
                break;
            }

            chosen.Add(id);
            left -= size;
        }

        return chosen;
    }

    /// <summary>Where nothing is remembered: each pack has its day by its name, and its turn comes after as many days as there are shares.</summary>
    public static IReadOnlySet<BlobId> ChooseByDay(IEnumerable<BlobId> packs, DateTimeOffset today, double share)
    {
        var days = Math.Max(1, (int)Math.Floor(1 / share));
        var day = (int)(today.ToUnixTimeSeconds() / 86_400 % days);
        return packs.Where(id => (uint)id.GetHashCode() % days == day).ToHashSet();
    }

    private async Task AddLossesAsync(Findings findings, LoadedIndex loaded, IReadOnlyCollection<PackEntry> damaged, CancellationToken cancellationToken)
    {
        try
        {
            var points = await repository.RestorePointsAsync(static (_, _) => { }, cancellationToken);
            findings.Losses = await new Losses(repository, loaded).FindAsync(points, damaged, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            findings.Note($"Which restore points it costs something can't be told: {failure.Message}");
        }
    }

    /// <summary>A prune elsewhere may take packs away this very moment; its index, which came before that, does not name them.</summary>
    private async Task TellAbsentAsync(Findings findings, LoadedIndex loaded, CancellationToken cancellationToken)
    {
        if (Whole(loaded).Count() == loaded.Packs.Count)
        {
            return;
        }

        var now = await LoadedIndex.ReadAsync(repository, cancellationToken);
        foreach (var pack in now.Packs.Values.Except(Whole(now)))
        {
            findings.Damaged($"{ObjectNames.Of(ObjectKind.Pack, pack.Id)} {(now.Present.TryGetValue(pack.Id, out var size) ? $"has {size} bytes where the index says {pack.Size}." : "is missing.")}");
        }
    }

    private static IEnumerable<PackEntry> Whole(LoadedIndex loaded) =>
        loaded.Packs.Values.Where(pack => loaded.Present.TryGetValue(pack.Id, out var size) && size == pack.Size);

    private async Task<HashSet<BlobId>> NeededAsync(LoadedIndex loaded, CancellationToken cancellationToken)
    {
        var needed = new HashSet<BlobId>();
        using var reader = new BlobReader(repository, loaded.ToBlobIndex());
        foreach (var point in await repository.RestorePointsAsync(static (_, _) => { }, cancellationToken))
        {
            await foreach (var id in NeededBlobs.OfAsync(point, reader, cancellationToken))
            {
                needed.Add(id);
            }
        }

        return needed;
    }
}
