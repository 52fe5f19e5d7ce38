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
        var pins = await _pins.ReadAsync(OnDamage, cancellationToken);
        return new RetentionFacts { Points = [.. points.Values], Verifications = [.. verifications.Values], Pins = pins, Unreadable = unreadable };
    }

    internal async Task<IReadOnlyList<Tombstone>> TombstonesAsync(Action<EngineException> onDamage, CancellationToken cancellationToken) =>
        [.. (await _tombstones.ReadAsync(static _ => false, onDamage, cancellationToken)).Found.Values];

    private async Task<HashSet<BlobId>> ForgottenAsync(Action<EngineException> onDamage, CancellationToken cancellationToken) =>
        WholeRepository.Forgotten(await TombstonesAsync(onDamage, cancellationToken));
}
