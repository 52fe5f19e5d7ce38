using MmDrBot.Data;

namespace MmDrBot.Commands;

/// <summary>Remembers which post tells of which job, so that a restart goes on editing it.</summary>
internal sealed class LivePostStore(StateDatabase state, TimeProvider time)
{
    internal Task<string?> FindAsync(string jobId, CancellationToken cancellationToken) =>
        state.ReadAsync((transaction, token) => transaction.FirstOrDefaultAsync<string>("select post_id from live_posts where job_id = @jobId", new { jobId }, token), cancellationToken);

    internal Task SaveAsync(string jobId, string postId, string channelId, CancellationToken cancellationToken) =>
        state.InTransactionAsync(
            (transaction, token) => transaction.ExecuteAsync(
                "insert into live_posts (job_id, post_id, channel_id, created_at) values (@jobId, @postId, @channelId, @now) on conflict do nothing",
                new { jobId, postId, channelId, now = time.GetUtcNow().ToUnixTimeMilliseconds() },
                token),
            cancellationToken);
}
