namespace MmDrBot.Data;

/// <summary>Which packs of a repository were read back, and when; a cache, without which packs take turns by their names.</summary>
internal sealed class ReadPacks(StateDatabase database)
{
    /// <summary>Since when each pack has been waiting to be read: since it was, or since it was first seen. Those that are gone are forgotten.</summary>
    public async Task<IReadOnlyDictionary<string, DateTimeOffset>> WaitingSinceAsync(string repositoryId, IReadOnlyCollection<string> present, DateTimeOffset now, CancellationToken cancellationToken)
    {
        return await database.InTransactionAsync(async (transaction, token) =>
        {
            var rows = await transaction.QueryAsync<Row>("select pack_id, since from read_packs where repository_id = @RepositoryId", new { RepositoryId = repositoryId }, token);
            var known = rows.ToDictionary(row => row.PackId, row => DateTimeOffset.FromUnixTimeMilliseconds(row.Since), StringComparer.Ordinal);
            foreach (var pack in present.Where(pack => !known.ContainsKey(pack)))
            {
                await transaction.ExecuteAsync("insert into read_packs (repository_id, pack_id, since) values (@RepositoryId, @PackId, @Now)", new { RepositoryId = repositoryId, PackId = pack, Now = now.ToUnixTimeMilliseconds() }, token);
                known[pack] = now;
            }

            foreach (var gone in known.Keys.Except(present, StringComparer.Ordinal).ToArray())
            {
                await transaction.ExecuteAsync("delete from read_packs where repository_id = @RepositoryId and pack_id = @PackId", new { RepositoryId = repositoryId, PackId = gone }, token);
                known.Remove(gone);
            }

            // What was read by a clock that was ahead may have rotted since: it waits as long as any other.
            var longest = known.Values.Where(since => since <= now).DefaultIfEmpty(now).Min();
            return known.ToDictionary(item => item.Key, item => item.Value > now ? longest : item.Value, StringComparer.Ordinal);
        }, cancellationToken);
    }

    /// <summary>These were read, whatever was found; the run is remembered with them.</summary>
    public Task RecordAsync(ReadBackEntry entry, IReadOnlyCollection<string> packs, CancellationToken cancellationToken) =>
        database.InTransactionAsync(async (transaction, token) =>
        {
            await transaction.ExecuteAsync(
                "insert into read_backs (id, repository_id, started_at, finished_at, packs, bytes, good) values (@Id, @RepositoryId, @StartedAt, @FinishedAt, @Packs, @Bytes, @Good)",
                new { entry.Id, entry.RepositoryId, StartedAt = entry.StartedAt.ToUnixTimeMilliseconds(), FinishedAt = entry.FinishedAt.ToUnixTimeMilliseconds(), entry.Packs, entry.Bytes, Good = entry.Good ? 1L : 0L },
                token);
            foreach (var pack in packs)
            {
                await transaction.ExecuteAsync(
                    "update read_packs set since = @At, read_at = @At where repository_id = @RepositoryId and pack_id = @PackId",
                    new { entry.RepositoryId, PackId = pack, At = entry.FinishedAt.ToUnixTimeMilliseconds() },
                    token);
            }
        }, cancellationToken);

    /// <summary>The newest run; null: there was none.</summary>
    public async Task<ReadBackEntry?> LastAsync(string repositoryId, CancellationToken cancellationToken) =>
        (await database.ReadAsync(
            (transaction, token) => transaction.FirstOrDefaultAsync<RunRow>("select id, started_at, finished_at, packs, bytes, good from read_backs where repository_id = @RepositoryId order by finished_at desc, id limit 1", new { RepositoryId = repositoryId }, token),
            cancellationToken))?.ToEntry(repositoryId);

    private sealed class Row
    {
        public string PackId { get; init; } = "";

        public long Since { get; init; }
    }

    private sealed class RunRow
    {
        public string Id { get; init; } = "";

        public long StartedAt { get; init; }

        public long FinishedAt { get; init; }

        public long Packs { get; init; }

        public long Bytes { get; init; }

        public long Good { get; init; }

        public ReadBackEntry ToEntry(string repositoryId) =>
            new(Id, repositoryId, DateTimeOffset.FromUnixTimeMilliseconds(StartedAt), DateTimeOffset.FromUnixTimeMilliseconds(FinishedAt), Packs, Bytes, Good == 1);
    }
}

/// <summary>One run that read a part of the repository back.</summary>
internal sealed record ReadBackEntry(string Id, string RepositoryId, DateTimeOffset StartedAt, DateTimeOffset FinishedAt, long Packs, long Bytes, bool Good);
