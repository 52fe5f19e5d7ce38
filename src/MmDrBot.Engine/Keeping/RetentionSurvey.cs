using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Verification;

namespace MmDrBot.Engine.Keeping;

/// <summary>Reads from a repository what a decision rests on. Reading again lists anew, but fetches only what is new.</summary>
public sealed class RetentionSurvey(Repository repository)
{
    private readonly ObjectMemo<RestorePoint> _points = new(repository, ObjectKind.Manifest, repository.ReadRestorePointAsync);
    private readonly ObjectMemo<Tombstone> _tombstones = ObjectMemo<Tombstone>.OfJson(repository, ObjectKind.Tombstone);
    private readonly ObjectMemo<VerificationRecord> _verifications = ObjectMemo<VerificationRecord>.OfJson(repository, ObjectKind.Verification);
    private readonly PinBook _pins = new(repository);

    /// <summary>How old the newest with a component may be; becomes part of the facts.</summary>
    public IReadOnlyDictionary<string, TimeSpan> Expected { get; init; } = new Dictionary<string, TimeSpan>();

    /// <summary>What this is a copy of by a key of its own: pins and holds there bind it too. Null for all others, which have them themselves.</summary>
    public Repository? Original { get; init; }

    /// <summary>Reads all; what can't be read stands in the facts.</summary>
    public Task<RetentionFacts> ReadAsync(CancellationToken cancellationToken) => ReadAsync(null, cancellationToken);

    /// <summary>Reads all, as if one restore point were not forgotten.</summary>
    internal async Task<RetentionFacts> ReadAsync(BlobId? alive, CancellationToken cancellationToken)
    {
        var unreadable = new List<string>();
        void OnDamage(EngineException damage) => unreadable.Add(damage.Message);

        // Pins last: what is pinned between two listings counts.
        var forgotten = await ForgottenAsync(OnDamage, cancellationToken);
        var (points, vanished) = await _points.ReadAsync(id => id != alive && forgotten.Contains(id), OnDamage, cancellationToken);
        if (vanished.Count > 0)
        {
            // Another host forgot them meanwhile, or somebody removed them.
            forgotten = await ForgottenAsync(OnDamage, cancellationToken);
            unreadable.AddRange(vanished.Where(id => !forgotten.Contains(id)).Select(id => $"{ObjectNames.Of(ObjectKind.Manifest, id)} went while it was read"));
        }

        var (verifications, _) = await _verifications.ReadAsync(static _ => false, OnDamage, cancellationToken);
        var pins = (await _pins.ReadAsync(OnDamage, cancellationToken)).Concat(await OriginalPinsAsync(points.Values, OnDamage, cancellationToken)).ToArray();
        return new RetentionFacts { Points = [.. points.Values], Verifications = [.. verifications.Values], Pins = pins, Expected = Expected, Unreadable = unreadable };
    }

    private async Task<IEnumerable<Pin>> OriginalPinsAsync(IEnumerable<RestorePoint> points, Action<EngineException> onDamage, CancellationToken cancellationToken)
    {
        if (Original is null)
        {
            return [];
        }

        var pins = (await new PinBook(Original).ReadAsync(onDamage, cancellationToken)).ToLookup(pin => pin.RestorePoint);
        return points.Where(point => point.Origin is not null).SelectMany(point => pins[point.Origin!.RestorePoint].Select(pin => pin with { RestorePoint = point.Id }));
    }

    internal async Task<IReadOnlyList<Tombstone>> TombstonesAsync(Action<EngineException> onDamage, CancellationToken cancellationToken) =>
        [.. (await _tombstones.ReadAsync(static _ => false, onDamage, cancellationToken)).Found.Values];

    private async Task<HashSet<BlobId>> ForgottenAsync(Action<EngineException> onDamage, CancellationToken cancellationToken) =>
        WholeRepository.Forgotten(await TombstonesAsync(onDamage, cancellationToken));
}
