using MmDrBot.Access;
using MmDrBot.Data;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Verification;
using MmDrBot.Protection;
using MmDrBot.Settings;

namespace MmDrBot.Alarms.Sources;

/// <summary>
/// Looks at the repository for all sources that need it: every ten minutes, and as soon as the state tells of a restore point that was not
/// seen yet. A failure counts for a minute, so that one look fails for all.
/// </summary>
internal sealed class RepositoryLook(RepositoryProvider repositories, CommittedRestorePoints committed, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(50);
    private static readonly TimeSpan CountEvery = TimeSpan.FromHours(1);
    private readonly SemaphoreSlim _turn = new(1);
    private DateTimeOffset? _lookedFor;
    private DateTimeOffset _countAt = DateTimeOffset.MinValue;
    private (DateTimeOffset At, Refusal Fault)? _failed;

    /// <summary>The last one that succeeded, however old.</summary>
    internal RepositoryPicture? Last { get; private set; }

    /// <summary>Since when it can't be looked at; null while it can.</summary>
    internal DateTimeOffset? FailingSince { get; private set; }

    public void Dispose() => _turn.Dispose();

    /// <exception cref="Refusal">It can't be looked at.</exception>
    internal async Task<RepositoryPicture> GetAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var newest = (await committed.SummarizeAsync(time.GetUtcNow() + RestorePoint.ClockTolerance, cancellationToken)).Max(line => line.NewestLiveAt);
            var isNew = newest > Last?.Points.LastOrDefault()?.CreatedAt && newest != _lookedFor;
            if (Last is { } known && !isNew && _failed is null && (time.GetUtcNow() - known.At).Duration() < Fresh)
            {
                return known;
            }

            return await LookAsync(newest, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<RepositoryPicture> LookAsync(DateTimeOffset? newest, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_failed is { } failed && (now - failed.At).Duration() < Retry)
        {
            throw failed.Fault;
        }

        try
        {
            Last = await EngineRefusals.TranslateAsync(() => TakeAsync(now, cancellationToken));
            (_failed, FailingSince, _lookedFor) = (null, null, newest);
            return Last;
        }
        catch (Refusal refusal)
        {
            (_failed, FailingSince) = ((now, refusal), FailingSince ?? now);
            throw;
        }
    }

    private async Task<RepositoryPicture> TakeAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var repository = await repositories.OpenCachedAsync(cancellationToken);
        await RequireThereAsync(cancellationToken);
        var unreadable = new List<string>();
        var points = await repository.RestorePointsAsync((_, damage) => unreadable.Add(damage.Message), cancellationToken);
        var records = VerificationRecords.Counting(await VerificationRecords.ReadAllAsync(repository, _ => { }, cancellationToken), now);
        var remembered = (await committed.ListLiveAsync(repository.Id, cancellationToken)).Select(record => BlobId.TryParse(record.ManifestId, out var id) ? id : default).Where(id => id != default);
        var vanished = await VanishedPoints.FindAsync(repository, points, remembered, cancellationToken);
        return new RepositoryPicture(now, repository.Id, [.. points.Where(point => !point.IsAhead(now))], records, unreadable) { Ahead = [.. points.Where(point => point.IsAhead(now))], Vanished = vanished, Bytes = await CountAsync(now, cancellationToken) };
    }

    /// <summary>A directory whose disk is not mounted lists like an empty repository.</summary>
    private async Task RequireThereAsync(CancellationToken cancellationToken)
    {
        var store = repositories.Store();
        if (await store.FindAsync("repository.json", cancellationToken) is null)
        {
            throw new Refusal(RefusalReason.NoRepository, $"There is no repository at {store.Location} any more: repository.json is gone.", "See whether its disk is mounted, or who emptied it. `mmdr repository rebuild-index` makes repository.json again where only that is lost.");
        }
    }

    private async Task<long?> CountAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (now < _countAt && _countAt - now <= CountEvery)
        {
            return Last?.Bytes;
        }

        var bytes = 0L;
        await foreach (var item in repositories.Store().ListAsync("", cancellationToken))
        {
            bytes += item.Size;
        }

        _countAt = now + CountEvery;
        return bytes;
    }
}
