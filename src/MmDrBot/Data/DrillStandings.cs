namespace MmDrBot.Data;

/// <summary>
/// The state's own list of what verifications and drills found: alarms and judgements read it without opening the repository, whose records
/// are the truth.
/// </summary>
internal sealed class DrillStandings(StateDatabase database)
{
    private const string Columns = "select id, repository_id, manifest_id, level, good, started_at, finished_at, restore_ms from verification_records";

    /// <summary>May be called again for the same record; the first stays.</summary>
    public Task RecordAsync(StateTransaction transaction, VerificationEntry entry, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(
            """
            insert into verification_records (id, repository_id, manifest_id, level, good, started_at, finished_at, restore_ms)
            values (@Id, @RepositoryId, @ManifestId, @Level, @Good, @StartedAt, @FinishedAt, @RestoreMs)
            on conflict do nothing
            """,
            new
            {
                entry.Id,
                entry.RepositoryId,
                entry.ManifestId,
                entry.Level,
                Good = entry.Good ? 1L : 0L,
                StartedAt = entry.StartedAt.ToUnixTimeMilliseconds(),
                FinishedAt = entry.FinishedAt.ToUnixTimeMilliseconds(),
                RestoreMs = (long?)entry.RestoreTime?.TotalMilliseconds,
            },
            cancellationToken);

    /// <summary>The newest drill (or trial run) of any restore point that found nothing wrong; null: none ever did.</summary>
    public Task<VerificationEntry?> LastGoodDrillAsync(string repositoryId, CancellationToken cancellationToken) =>
        FirstAsync("and level in ('drill', 'boot') and good = 1 order by finished_at desc, id", repositoryId, cancellationToken);

    /// <summary>The newest drill (or trial run) of any restore point, whatever it found; null: there was none.</summary>
    public Task<VerificationEntry?> LastDrillAsync(string repositoryId, CancellationToken cancellationToken) =>
        FirstAsync("and level in ('drill', 'boot') order by finished_at desc, id", repositoryId, cancellationToken);

    /// <summary>The newest ones first.</summary>
    public async Task<IReadOnlyList<VerificationEntry>> ListAsync(string repositoryId, int limit, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(
            (transaction, token) => transaction.QueryAsync<Row>($"{Columns} where repository_id = @RepositoryId order by finished_at desc, id limit @Limit", new { RepositoryId = repositoryId, Limit = limit }, token),
            cancellationToken);
        return [.. rows.Select(row => row.ToEntry())];
    }

    private async Task<VerificationEntry?> FirstAsync(string condition, string repositoryId, CancellationToken cancellationToken) =>
        (await database.ReadAsync(
            (transaction, token) => transaction.FirstOrDefaultAsync<Row>($"{Columns} where repository_id = @RepositoryId {condition} limit 1", new { RepositoryId = repositoryId }, token),
            cancellationToken))?.ToEntry();

    private sealed class Row
    {
        public string Id { get; init; } = "";

        public string RepositoryId { get; init; } = "";

        public string ManifestId { get; init; } = "";

        public string Level { get; init; } = "";

        public long Good { get; init; }

        public long StartedAt { get; init; }

        public long FinishedAt { get; init; }

        public long? RestoreMs { get; init; }

        public VerificationEntry ToEntry() => new()
        {
            Id = Id,
            RepositoryId = RepositoryId,
            ManifestId = ManifestId,
            Level = Level,
            Good = Good == 1,
            StartedAt = DateTimeOffset.FromUnixTimeMilliseconds(StartedAt),
            FinishedAt = DateTimeOffset.FromUnixTimeMilliseconds(FinishedAt),
            RestoreTime = RestoreMs is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null,
        };
    }
}
