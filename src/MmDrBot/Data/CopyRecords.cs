namespace MmDrBot.Data;

/// <summary>
/// What the state remembers of copies: which restore points each holds, and how the last replication ended.
/// It tells how far a copy is behind without asking any store; the repositories stay the truth.
/// </summary>
internal sealed class CopyRecords(StateDatabase database)
{
    /// <summary>May be told twice; the first time stays.</summary>
    public Task AddAsync(StateTransaction transaction, string copy, string restorePoint, DateTimeOffset createdAt, DateTimeOffset at, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(
            "insert into copied_restore_points (copy, restore_point, created_at, copied_at) values (@copy, @restorePoint, @createdAt, @at) on conflict (copy, restore_point) do update set forgotten_at = null",
            new { copy, restorePoint, createdAt = createdAt.ToUnixTimeMilliseconds(), at = at.ToUnixTimeMilliseconds() },
            cancellationToken);

    /// <summary>Says what the copy holds, and what it forgot on purpose; what it lost since is missing again.</summary>
    public async Task FinishAsync(StateTransaction transaction, string copy, IReadOnlyCollection<CopiedPoint> held, IReadOnlyCollection<CopiedPoint> forgotten, string? error, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var known = await transaction.QueryAsync<string>("select restore_point from copied_restore_points where copy = @copy", new { copy }, cancellationToken);
        foreach (var gone in known.Except(held.Concat(forgotten).Select(point => point.Id)))
        {
            await transaction.ExecuteAsync("delete from copied_restore_points where copy = @copy and restore_point = @gone", new { copy, gone }, cancellationToken);
        }

        var holding = await transaction.QueryAsync<string>("select restore_point from copied_restore_points where copy = @copy and forgotten_at is null", new { copy }, cancellationToken);
        foreach (var (id, createdAt) in held.Where(point => !holding.Contains(point.Id)).Concat(forgotten.Where(point => !known.Contains(point.Id))))
        {
            await AddAsync(transaction, copy, id, createdAt, at, cancellationToken);
        }

        foreach (var (id, _) in forgotten)
        {
            await ForgetAsync(transaction, copy, id, at, cancellationToken);
        }

        await EndAsync(transaction, copy, finishedAt: at, error, at, cancellationToken);
    }

    /// <summary>The copy forgot it on purpose: it holds it no more, and does not miss it.</summary>
    public Task ForgetAsync(StateTransaction transaction, string copy, string restorePoint, DateTimeOffset at, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(
            "update copied_restore_points set forgotten_at = @at where copy = @copy and restore_point = @restorePoint and forgotten_at is null",
            new { copy, restorePoint, at = at.ToUnixTimeMilliseconds() },
            cancellationToken);

    /// <summary>It ended before its end; what it copied by then was told before.</summary>
    public Task FailAsync(StateTransaction transaction, string copy, string error, DateTimeOffset at, CancellationToken cancellationToken) =>
        EndAsync(transaction, copy, finishedAt: null, error, at, cancellationToken);

    /// <summary>How the copy stands as far as the state knows.</summary>
    public Task<CopyRecord> ReadAsync(string copy, CancellationToken cancellationToken) => database.ReadAsync(async (transaction, token) =>
    {
        var row = await transaction.FirstOrDefaultAsync<Row>(
            """
            select (select count(*) from copied_restore_points where copy = @copy and forgotten_at is null) as copied,
                   (select max(created_at) from copied_restore_points where copy = @copy and forgotten_at is null) as newest_at,
                   (select count(*) from copied_restore_points where copy = @copy and forgotten_at is not null) as forgotten,
                   (select finished_at from replications where copy = @copy) as finished_at,
                   (select failed_at from replications where copy = @copy) as failed_at,
                   (select error from replications where copy = @copy) as error
            """,
            new { copy },
            token);
        var missing = await transaction.FirstOrDefaultAsync<Missing>(
            """
            select count(*) as count, min(r.created_at) as oldest_at from restore_point_records r
            where r.forgotten_at is null
              and (r.copies is null or r.copies like @named)
              and r.repository_id = (select repository_id from restore_point_records order by created_at desc limit 1)
              and not exists (select 1 from copied_restore_points c where c.copy = @copy and c.restore_point = r.manifest_id)
            """,
            new { copy, named = $"%\"{copy}\"%" },
            token);
        return new CopyRecord((int)row!.Copied, (int)row.Forgotten, TimeOf(row.NewestAt), (int)missing!.Count, TimeOf(missing.OldestAt), TimeOf(row.FinishedAt), TimeOf(row.FailedAt), row.Error);
    }, cancellationToken);

    /// <summary>The restore points that a copy is known to hold.</summary>
    public Task<IReadOnlyList<string>> HeldAsync(string copy, CancellationToken cancellationToken) =>
        database.ReadAsync((transaction, token) => transaction.QueryAsync<string>("select restore_point from copied_restore_points where copy = @copy and forgotten_at is null", new { copy }, token), cancellationToken);

    /// <summary>Those that it holds, and those that it held and forgot.</summary>
    public Task<IReadOnlyList<string>> RememberedAsync(string copy, CancellationToken cancellationToken) =>
        database.ReadAsync((transaction, token) => transaction.QueryAsync<string>("select restore_point from copied_restore_points where copy = @copy", new { copy }, token), cancellationToken);

    private static Task EndAsync(StateTransaction transaction, string copy, DateTimeOffset? finishedAt, string? error, DateTimeOffset at, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(
            """
            insert into replications (copy, finished_at, failed_at, error) values (@copy, @finished, @failed, @error)
            on conflict (copy) do update set finished_at = coalesce(excluded.finished_at, replications.finished_at), failed_at = excluded.failed_at, error = excluded.error
            """,
            new { copy, finished = finishedAt?.ToUnixTimeMilliseconds(), failed = error is null ? (long?)null : at.ToUnixTimeMilliseconds(), error },
            cancellationToken);

    private static DateTimeOffset? TimeOf(long? milliseconds) => milliseconds is { } value ? DateTimeOffset.FromUnixTimeMilliseconds(value) : null;

    private sealed class Row
    {
        public long Copied { get; init; }

        public long Forgotten { get; init; }

        public long? NewestAt { get; init; }

        public long? FinishedAt { get; init; }

        public long? FailedAt { get; init; }

        public string? Error { get; init; }
    }

    private sealed class Missing
    {
        public long Count { get; init; }

        public long? OldestAt { get; init; }
    }
}

/// <summary>How a copy stands as far as the state knows.</summary>
/// <param name="Copied">How many restore points it holds.</param>
/// <param name="Forgotten">How many it held and forgot on purpose.</param>
/// <param name="NewestAt">When the newest of them was taken.</param>
/// <param name="Missing">How many it lacks that are for it.</param>
/// <param name="OldestMissingAt">When the oldest of those was taken.</param>
/// <param name="FinishedAt">When a replication last came to its end.</param>
/// <param name="FailedAt">When the last one failed; null when it did not.</param>
/// <param name="Error">Why.</param>
internal sealed record CopyRecord(int Copied, int Forgotten, DateTimeOffset? NewestAt, int Missing, DateTimeOffset? OldestMissingAt, DateTimeOffset? FinishedAt, DateTimeOffset? FailedAt, string? Error);

/// <summary>A restore point of the first repository.</summary>
/// <param name="Id">Its id there.</param>
/// <param name="CreatedAt">When it was taken.</param>
internal readonly record struct CopiedPoint(string Id, DateTimeOffset CreatedAt);
