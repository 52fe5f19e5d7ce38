namespace MmDrBot.Data;

/// <summary>
/// The state's own list of restore points: `check` compares it with what the repository holds, so that one removed
/// behind our back is noticed. The repository stays the truth.
/// </summary>
internal sealed class CommittedRestorePoints(StateDatabase database)
{
    /// <summary>May be called again for the same restore point; the first record stays.</summary>
    public Task RecordAsync(StateTransaction transaction, RestorePointRecord record, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(
            """
            insert into restore_point_records (repository_id, manifest_id, created_at, components, copies, bytes)
            values (@RepositoryId, @ManifestId, @CreatedAt, @ComponentsJson, @CopiesJson, @Bytes)
            on conflict do nothing
            """,
            new
            {
                record.RepositoryId,
                record.ManifestId,
                CreatedAt = record.CreatedAt.ToUnixTimeMilliseconds(),
                record.ComponentsJson,
                record.CopiesJson,
                record.Bytes,
            },
            cancellationToken);

    /// <summary>Returns false when no live record of it is known, which is no error: the repository is the truth.</summary>
    public async Task<bool> MarkForgottenAsync(
        StateTransaction transaction, string repositoryId, string manifestId, DateTimeOffset at, CancellationToken cancellationToken) =>
        await transaction.ExecuteAsync(
            """
            update restore_point_records set forgotten_at = @At
            where repository_id = @RepositoryId and manifest_id = @ManifestId and forgotten_at is null
            """,
            new { RepositoryId = repositoryId, ManifestId = manifestId, At = at.ToUnixTimeMilliseconds() },
            cancellationToken) == 1;

    /// <summary>Those not forgotten, oldest first.</summary>
    public async Task<IReadOnlyList<RestorePointRecord>> ListLiveAsync(string repositoryId, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(
            (transaction, token) => transaction.QueryAsync<Row>(
                """
                select repository_id, manifest_id, created_at, components, bytes from restore_point_records
                where repository_id = @RepositoryId and forgotten_at is null
                order by created_at, manifest_id
                """,
                new { RepositoryId = repositoryId },
                token),
            cancellationToken);

        return [.. rows.Select(row => row.ToRecord())];
    }

    /// <summary>What all records say together, by repository and components; forgotten ones count for the first and the newest.</summary>
    /// <param name="until">Records of later times are left out: a clock was wrong when they were made.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<CommittedSummary>> SummarizeAsync(DateTimeOffset until, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(
            (transaction, token) => transaction.QueryAsync<SummaryRow>(
                """
                select repository_id, components, min(created_at) as first_at, max(created_at) as newest_at,
                    max(case when forgotten_at is null then created_at end) as newest_live_at
                from restore_point_records where created_at <= @until group by repository_id, components
                """,
                new { until = until.ToUnixTimeMilliseconds() },
                token),
            cancellationToken);

        return [.. rows.Select(row => row.ToSummary())];
    }

    private sealed class SummaryRow
    {
        public string RepositoryId { get; init; } = "";

        public string Components { get; init; } = "";

        public long FirstAt { get; init; }

        public long NewestAt { get; init; }

        public long? NewestLiveAt { get; init; }

        public CommittedSummary ToSummary() => new(
            RepositoryId,
            System.Text.Json.JsonSerializer.Deserialize<string[]>(Components)!,
            DateTimeOffset.FromUnixTimeMilliseconds(FirstAt),
            DateTimeOffset.FromUnixTimeMilliseconds(NewestAt),
            NewestLiveAt is { } live ? DateTimeOffset.FromUnixTimeMilliseconds(live) : null);
    }

    private sealed class Row
    {
        public string RepositoryId { get; init; } = "";

        public string ManifestId { get; init; } = "";

        public long CreatedAt { get; init; }

        public string Components { get; init; } = "";

        public long Bytes { get; init; }

        public RestorePointRecord ToRecord() => new()
        {
            RepositoryId = RepositoryId,
            ManifestId = ManifestId,
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
            ComponentsJson = Components,
            Bytes = Bytes,
        };
    }
}

/// <summary>Restore points of one repository with the same components, as the state remembers them.</summary>
/// <param name="RepositoryId">Which repository.</param>
/// <param name="Components">Their components.</param>
/// <param name="FirstAt">When the oldest began.</param>
/// <param name="NewestAt">When the newest began.</param>
/// <param name="NewestLiveAt">When the newest began that was not forgotten; null when all were.</param>
internal sealed record CommittedSummary(string RepositoryId, IReadOnlyList<string> Components, DateTimeOffset FirstAt, DateTimeOffset NewestAt, DateTimeOffset? NewestLiveAt);
