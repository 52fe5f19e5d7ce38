using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Engine.Repositories;

namespace MmDrBot.Protection;

/// <summary>
/// Heads of the audit chain as write-once objects of the repository, out of reach of whoever can write our state: a chain that was cut
/// off or written anew does not fit them.
/// </summary>
internal sealed class AuditAnchors(RepositoryProvider repositories, AuditLog audit, TimeProvider time)
{
    private long _anchored;

    /// <summary>Writes the head down, unless this process has done so already and is not told to <paramref name="again"/>.</summary>
    internal async Task WriteAsync(bool again, CancellationToken cancellationToken)
    {
        if (await audit.HeadAsync(cancellationToken) is { } head && (again || head.Seq != Interlocked.Read(ref _anchored)))
        {
            var repository = await repositories.OpenAsync(cancellationToken);
            await EngineRefusals.TranslateAsync(() => RepositoryRecords.WriteAsync(repository, RecordKind.Anchor, new Anchor(1, time.GetUtcNow(), head.Chain, head.Seq, head.Hash), cancellationToken));
            Interlocked.Exchange(ref _anchored, head.Seq);
        }
    }

    /// <summary>Compares the chain with every anchor.</summary>
    internal async Task<AnchorCheck> CheckAsync(CancellationToken cancellationToken)
    {
        var (problems, foreign, fitting) = (new List<string>(), 0, 0);
        var repository = await repositories.OpenAsync(cancellationToken);
        var anchors = await EngineRefusals.TranslateAsync(() => RepositoryRecords.ReadAllAsync<Anchor>(repository, RecordKind.Anchor, damage => problems.Add(damage.Message), cancellationToken));
        var chain = (await audit.HeadAsync(cancellationToken))?.Chain;
        foreach (var (_, anchor) in anchors.OrderBy(item => item.Content.Seq))
        {
            if (anchor.Chain != chain)
            {
                foreign++;
            }
            else if (await audit.HashAsync(anchor.Seq, cancellationToken) == anchor.Hash)
            {
                fitting++;
            }
            else
            {
                problems.Add($"Entry {anchor.Seq} is not the one that was anchored on {anchor.At:yyyy-MM-dd HH:mm} UTC: the trail was cut off or changed.");
            }
        }

        return new AnchorCheck(fitting, foreign, problems);
    }

    private sealed record Anchor(int Version, DateTimeOffset At, string Chain, long Seq, string Hash);
}

/// <summary>How the chain compares with its anchors.</summary>
/// <param name="Fitting">Anchors that it fits.</param>
/// <param name="Foreign">Anchors of other chains: of a state database that was replaced, or of a trail that was written anew from its first entry.</param>
/// <param name="Problems">Sentences, one for each anchor that does not fit or can't be read.</param>
internal sealed record AnchorCheck(int Fitting, int Foreign, IReadOnlyList<string> Problems);
