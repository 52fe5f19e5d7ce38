using System.Text.Json;
using MmDrBot.Data;

namespace MmDrBot.Interactions;

/// <summary>Remembers which buttons a post has: Mattermost shows nobody what they carry.</summary>
internal sealed class ButtonPostStore(StateDatabase state, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromDays(90);

    internal Task SaveAsync(string postId, IReadOnlyList<Button> buttons, CancellationToken cancellationToken) => state.InTransactionAsync(
        (transaction, token) => buttons.Count == 0
            ? transaction.ExecuteAsync("delete from button_posts where post_id = @postId", new { postId }, token)
            : transaction.ExecuteAsync(
                """
                insert into button_posts (post_id, buttons, created_at) values (@postId, @buttons, @now)
                on conflict (post_id) do update set buttons = excluded.buttons
                """,
                new { postId, buttons = JsonSerializer.Serialize(buttons, JsonSerializerOptions.Web), now = time.GetUtcNow().ToUnixTimeMilliseconds() },
                token),
        cancellationToken);

    internal async Task<IReadOnlyList<Button>> FindAsync(string postId, CancellationToken cancellationToken) =>
        await state.ReadAsync((transaction, token) => transaction.FirstOrDefaultAsync<string>("select buttons from button_posts where post_id = @postId", new { postId }, token), cancellationToken) is { } json
            ? JsonSerializer.Deserialize<IReadOnlyList<Button>>(json, JsonSerializerOptions.Web)!
            : [];

    /// <summary>The posts that have a button for this; an id of ours, which stands nowhere else.</summary>
    internal Task<IReadOnlyList<string>> FindPostsAsync(string id, CancellationToken cancellationToken) => state.ReadAsync(
        (transaction, token) => transaction.QueryAsync<string>("select post_id from button_posts where buttons like @pattern", new { pattern = $"%\"{id}\"%" }, token), cancellationToken);

    internal Task<int> SweepAsync(CancellationToken cancellationToken) => state.InTransactionAsync(
        (transaction, token) => transaction.ExecuteAsync("delete from button_posts where created_at < @before", new { before = (time.GetUtcNow() - Patience).ToUnixTimeMilliseconds() }, token), cancellationToken);
}
