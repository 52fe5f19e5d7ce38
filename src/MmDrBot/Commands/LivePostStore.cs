using MmDrBot.Data;
using MmDrBot.Jobs;

namespace MmDrBot.Commands;

/// <summary>Remembers which post tells of which job, and whether its end was told, so that a restart goes on where it was.</summary>
internal sealed class LivePostStore(StateDatabase state, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromDays(7);

    internal Task<string?> FindAsync(string jobId, CancellationToken cancellationToken) =>
        state.ReadAsync((transaction, token) => transaction.FirstOrDefaultAsync<string>("select post_id from live_posts where job_id = @jobId and post_id <> ''", new { jobId }, token), cancellationToken);

    internal Task SaveAsync(string jobId, string postId, string channelId, CancellationToken cancellationToken) =>
        state.InTransactionAsync(
            (transaction, token) => transaction.ExecuteAsync(
                "insert into live_posts (job_id, post_id, channel_id, created_at) values (@jobId, @postId, @channelId, @now) on conflict do nothing",
                new { jobId, postId, channelId, now = Now() },
                token),
            cancellationToken);

    /// <summary>Nothing more is to be said of the job, which may have no post.</summary>
    internal Task MarkToldAsync(string jobId, CancellationToken cancellationToken) =>
        state.InTransactionAsync(
            (transaction, token) => transaction.ExecuteAsync(
                """
                insert into live_posts (job_id, post_id, channel_id, created_at, told_at) values (@jobId, '', '', @now, @now)
                on conflict (job_id) do update set told_at = excluded.told_at
                """,
                new { jobId, now = Now() },
                token),
            cancellationToken);

    internal Task<bool> IsToldAsync(string jobId, CancellationToken cancellationToken) =>
        state.ReadAsync(
            async (transaction, token) => await transaction.FirstOrDefaultAsync<long?>("select told_at from live_posts where job_id = @jobId", new { jobId }, token) is not null,
            cancellationToken);

    /// <summary>Jobs that are over and whose end somebody in chat still waits for, oldest first; after a week nobody does.</summary>
    internal async Task<IReadOnlyList<Job>> ListUntoldAsync(CancellationToken cancellationToken)
    {
        var rows = await state.ReadAsync(
            (transaction, token) => transaction.QueryAsync<JobRow>(
                """
                select jobs.* from jobs left join live_posts on live_posts.job_id = jobs.id
                where jobs.finished_at > @since and jobs.reply_to is not null and live_posts.told_at is null
                order by jobs.id limit 100
                """,
                new { since = (time.GetUtcNow() - Patience).ToUnixTimeMilliseconds() },
                token),
            cancellationToken);
        return [.. rows.Select(row => row.ToJob())];
    }

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
