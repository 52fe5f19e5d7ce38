using MmDrBot.Access;
using MmDrBot.Data;

namespace MmDrBot.Jobs;

/// <summary>The rows of jobs. Whoever starts or ends a job goes through <see cref="JobTransitions"/>, which audits it.</summary>
internal sealed class JobStore(StateDatabase database, TimeProvider time)
{
    /// <exception cref="Refusal">Conflict: a live job has the same exclusive key.</exception>
    public async Task<Job> InsertAsync(StateTransaction transaction, NewJob job, CancellationToken cancellationToken)
    {
        var row = await transaction.FirstOrDefaultAsync<JobRow>(JobSql.Insert, JobSql.InsertValues(job, time.GetUtcNow()), cancellationToken);

        return row is null ? throw await ConflictAsync(transaction, job, cancellationToken) : row.ToJob();
    }

    /// <summary>Takes the oldest pending job of these kinds; null when there is none.</summary>
    public async Task<Job?> TryClaimAsync(
        StateTransaction transaction, IReadOnlyList<string> kinds, JobClaim claim, CancellationToken cancellationToken)
    {
        var row = await transaction.FirstOrDefaultAsync<JobRow>(
            JobSql.Claim(kinds.Count, transaction.ForUpdateSkipLocked), JobSql.ClaimValues(kinds, claim, time.GetUtcNow()), cancellationToken);

        return row?.ToJob();
    }

    /// <summary>A cheap look, without the write lock, whether <see cref="TryClaimAsync"/> would find one.</summary>
    public Task<bool> AnyPendingAsync(CancellationToken cancellationToken) => database.ReadAsync(
        async (transaction, token) =>
            await transaction.FirstOrDefaultAsync<string>("select id from jobs where state = 'pending' limit 1", values: null, token) is not null,
        cancellationToken);

    /// <summary>Keeps the job for its owner until then.</summary>
    public async Task<JobLease> RenewAsync(string id, string owner, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var cancelRequested = await database.InTransactionAsync(
            (transaction, token) => transaction.FirstOrDefaultAsync<long?>(
                JobSql.Renew, new { id, owner, until = until.ToUnixTimeMilliseconds() }, token),
            cancellationToken);

        return cancelRequested switch { null => JobLease.Lost, 0 => JobLease.Held, _ => JobLease.CancelRequested };
    }

    /// <summary>Null when the job is not, or no longer, this owner's.</summary>
    public async Task<Job?> SaveProgressAsync(string id, string owner, JobProgress progress, CancellationToken cancellationToken)
    {
        var row = await database.InTransactionAsync(
            (transaction, token) => transaction.FirstOrDefaultAsync<JobRow>(
                JobSql.SaveProgress, new { id, owner, progress = JobRow.ToJson(progress) }, token),
            cancellationToken);

        return row?.ToJob();
    }

    /// <summary>Null when the job is not, or no longer, this owner's; a job that waits has the owner null.</summary>
    public async Task<Job?> FinishAsync(
        StateTransaction transaction, string id, string? owner, JobEnd end, CancellationToken cancellationToken)
    {
        var row = await transaction.FirstOrDefaultAsync<JobRow>(
            JobSql.Finish, JobSql.FinishValues(id, owner, end, time.GetUtcNow()), cancellationToken);
        var job = row?.ToJob();
        if (job is { State: not (JobState.Succeeded or JobState.Cancelled), FinishedAt: { } at })
        {
            // Those ended by a clock that was ahead, before this one did; once their time has come nothing else would tell.
            await transaction.ExecuteAsync("update jobs set overruled = 1 where kind = @Kind and state = 'succeeded' and finished_at > @at", new { job.Kind, at = at.ToUnixTimeMilliseconds() }, cancellationToken);
        }

        return job;
    }

    /// <summary>Leaves word for whoever runs it; null when it is not running.</summary>
    public async Task<Job?> RequestCancelAsync(StateTransaction transaction, string id, CancellationToken cancellationToken) =>
        (await transaction.FirstOrDefaultAsync<JobRow>(JobSql.RequestCancel, new { id }, cancellationToken))?.ToJob();

    /// <param name="idOrPrefix">The id, or its beginning as far as no other id has the same.</param>
    /// <exception cref="Refusal">NotFound, or Invalid where several ids begin so.</exception>
    public Task<Job> GetAsync(string idOrPrefix, CancellationToken cancellationToken) =>
        database.ReadAsync((transaction, token) => GetAsync(transaction, idOrPrefix, token), cancellationToken);

    /// <inheritdoc cref="GetAsync(string, CancellationToken)"/>
    public async Task<Job> GetAsync(StateTransaction transaction, string idOrPrefix, CancellationToken cancellationToken)
    {
        var start = idOrPrefix.Trim().ToLowerInvariant();
        if (start.Length == 0)
        {
            throw new Refusal(RefusalReason.Invalid, "The id of the job is missing.", "`jobs` lists them with their ids.");
        }

        var rows = await transaction.QueryAsync<JobRow>(
            "select * from jobs where substr(id, 1, @length) = @start limit 2", new { start, length = start.Length }, cancellationToken);

        return rows.Count switch
        {
            1 => rows[0].ToJob(),
            0 => throw new Refusal(RefusalReason.NotFound, $"There is no job {start}.", "List the jobs to see their ids."),
            _ => throw new Refusal(RefusalReason.Invalid, $"More than one job's id begins with \"{start}\".", "Give more of the id."),
        };
    }

    /// <summary>Newest first; <paramref name="before"/> is the id of the last job already seen.</summary>
    public Task<IReadOnlyList<Job>> ListAsync(int limit, string? before, CancellationToken cancellationToken) =>
        ListAsync("select * from jobs where id < @before order by id desc limit @limit", new { before = before ?? "~", limit }, cancellationToken);

    /// <summary>Those that a process claims to run, oldest first.</summary>
    public Task<IReadOnlyList<Job>> ListRunningAsync(CancellationToken cancellationToken) =>
        ListAsync("select * from jobs where state = 'running' order by id", values: null, cancellationToken);

    /// <summary>The last so many of each kind that ended since then, those that ended last first.</summary>
    public Task<IReadOnlyList<Job>> ListEndedAsync(int ofEachKind, DateTimeOffset since, CancellationToken cancellationToken) => ListAsync(
        """
        select * from (
            select jobs.*, row_number() over (partition by kind order by finished_at desc, id desc) as place from jobs where finished_at >= @since
        ) as placed where place <= @ofEachKind order by finished_at desc, id desc
        """,
        new { ofEachKind, since = since.ToUnixTimeMilliseconds() },
        cancellationToken);

    /// <summary>Of each request its last job that succeeded and its last that did not, those that ended last first; cancelled ones count for nothing, nor those that were overruled by a failure.</summary>
    /// <param name="since">What ended before is left out.</param>
    /// <param name="until">What bears a later end stands beside the others, and hides none of them.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<IReadOnlyList<Job>> ListLastEndsAsync(DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken) => ListAsync(
        """
        select * from (
            select jobs.*, row_number() over (partition by kind, request, case when state = 'succeeded' then 1 else 0 end, case when finished_at > @until then 1 else 0 end order by finished_at desc, id desc) as place
            from jobs where finished_at >= @since and state <> 'cancelled' and overruled = 0
        ) as placed where place = 1 order by finished_at desc, id desc
        """,
        new { since = since.ToUnixTimeMilliseconds(), until = until.ToUnixTimeMilliseconds() },
        cancellationToken);

    private async Task<IReadOnlyList<Job>> ListAsync(string sql, object? values, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync((transaction, token) => transaction.QueryAsync<JobRow>(sql, values, token), cancellationToken);

        return [.. rows.Select(row => row.ToJob())];
    }

    private static async Task<Refusal> ConflictAsync(StateTransaction transaction, NewJob job, CancellationToken cancellationToken)
    {
        var live = await transaction.FirstOrDefaultAsync<JobRow>(
            "select * from jobs where exclusive_key = @ExclusiveKey and state in ('pending', 'running') limit 1", job, cancellationToken);
        var message = live is null
            ? $"Another job held back this {job.Kind} and has just ended."
            : $"A {live.Kind} is {(live.State == "pending" ? "queued" : "running")} already (job {live.Id}).";

        return new(RefusalReason.Locked, message, live is null ? "Try again." : "Wait until it is over, or cancel it.");
    }
}
