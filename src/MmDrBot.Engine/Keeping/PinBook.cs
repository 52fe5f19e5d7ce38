using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Keeping;

/// <summary>
/// Pins and holds: records of the repository, so that they outlive the state and bind every host. Whoever pins writes first and looks then
/// whether the restore point is still there; whoever forgets does the same the other way round. So of two who do both at once one notices.
/// </summary>
public sealed class PinBook(Repository repository)
{
    private readonly ObjectMemo<PinRecord> _records = ObjectMemo<PinRecord>.OfJson(repository, ObjectKind.Pin);

    /// <summary>Those in force, oldest first.</summary>
    /// <exception cref="EngineException">Damaged: a record can't be read, and could be any pin.</exception>
    public Task<IReadOnlyList<Pin>> ReadAsync(CancellationToken cancellationToken) =>
        ReadAsync(
            static damage => throw new EngineException(EngineFault.Damaged, $"{damage.Message} It may be a pin or a legal hold.", $"Put a good copy of it back, or give it up: `mmdr repository give-up {damage.Message.Split(' ')[0]} --reason TEXT`.", damage),
            cancellationToken);

    /// <summary>Those in force that can be read, oldest first; damaged records go to <paramref name="onDamage"/>.</summary>
    public async Task<IReadOnlyList<Pin>> ReadAsync(Action<EngineException> onDamage, CancellationToken cancellationToken)
    {
        var (records, _) = await _records.ReadAsync(static _ => false, onDamage, cancellationToken);
        var released = records.Values.SelectMany(record => record.Releases).ToHashSet();
        return
        [
            .. records.Where(item => item.Value.Kind is not PinRecordKind.Release && !released.Contains(item.Key))
                .Select(item => new Pin(item.Key, item.Value.RestorePoint, item.Value.Kind is PinRecordKind.Hold ? PinKind.Hold : PinKind.Pin, item.Value.At, item.Value.By, item.Value.Reason))
                .OrderBy(pin => pin.At).ThenBy(pin => pin.Id),
        ];
    }

    /// <summary>Pins or holds a restore point. One pin is as good as two, so a second one changes nothing; of holds there may be several.</summary>
    /// <exception cref="EngineException">Conflict: it is being forgotten.</exception>
    public async Task<Pin> AddAsync(PinKind kind, BlobId restorePoint, string by, string? reason, TimeProvider time, CancellationToken cancellationToken)
    {
        if ((await ReadAsync(cancellationToken)).FirstOrDefault(pin => pin.RestorePoint == restorePoint && pin.Kind == kind && (kind is PinKind.Pin || pin.Reason == reason)) is { } there)
        {
            return there;
        }

        var record = new PinRecord { Kind = kind is PinKind.Hold ? PinRecordKind.Hold : PinRecordKind.Pin, RestorePoint = restorePoint, At = time.GetUtcNow(), By = by, Reason = reason };
        var id = await repository.WriteJsonAsync(ObjectKind.Pin, record, cancellationToken);
        if (WholeRepository.Forgotten(await repository.TombstonesAsync(static _ => { }, cancellationToken)).Contains(restorePoint)
            || await repository.Store.FindAsync(ObjectNames.Of(ObjectKind.Manifest, restorePoint), cancellationToken) is null)
        {
            throw new EngineException(EngineFault.Conflict, $"Restore point {restorePoint} was forgotten at the same moment.", "See with `mmdr restore-points` whether it is still there, and try again if it is.");
        }

        return new Pin(id, restorePoint, kind, record.At, by, reason);
    }

    /// <summary>Ends pins or holds. Their records stay, and so does this one.</summary>
    public Task ReleaseAsync(IReadOnlyCollection<Pin> pins, string by, string? reason, TimeProvider time, CancellationToken cancellationToken) =>
        pins.Count == 0
            ? Task.CompletedTask
            : repository.WriteJsonAsync(ObjectKind.Pin, new PinRecord { Kind = PinRecordKind.Release, RestorePoint = pins.First().RestorePoint, At = time.GetUtcNow(), By = by, Reason = reason, Releases = [.. pins.Select(pin => pin.Id)] }, cancellationToken);
}
