using MmDrBot.Mattermost;

namespace MmDrBot.Interactions;

/// <summary>
/// Posts of the bot with buttons. A post is made first and gets its buttons by an edit, so that they can be bound to its id; what they
/// carry stays between Mattermost and this service.
/// </summary>
internal sealed class ButtonPosts(IServiceProvider services, ButtonDrawing drawing, ButtonPostStore store)
{
    // One at a time for each post: new buttons must not be overtaken by older ones.
    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, 16).Select(_ => new SemaphoreSlim(1))];

    private IMattermostApi Api => services.GetRequiredService<IMattermostApi>();

    internal async Task<Post> CreateAsync(NewPost draft, IReadOnlyList<Button> buttons, CancellationToken cancellationToken)
    {
        var post = await Api.CreatePostAsync(draft, cancellationToken);
        if (buttons.Count > 0)
        {
            await SetAsync(post.Id, null, buttons, cancellationToken);
        }

        return post;
    }

    /// <summary>Gives a post of the bot other buttons, and another text unless it is null.</summary>
    internal Task SetAsync(string postId, string? message, IReadOnlyList<Button> buttons, CancellationToken cancellationToken) => InTurnAsync(
        postId,
        async () =>
        {
            await store.SaveAsync(postId, buttons, cancellationToken);
            await DrawAsync(postId, message, buttons, cancellationToken);
        },
        cancellationToken);

    /// <summary>Replaces those that were used up, unless the post has none any more.</summary>
    internal Task RenewAsync(string postId, CancellationToken cancellationToken) => InTurnAsync(
        postId,
        async () =>
        {
            if (await store.FindAsync(postId, cancellationToken) is { Count: > 0 } buttons)
            {
                await DrawAsync(postId, null, buttons, cancellationToken);
            }
        },
        cancellationToken);

    private async Task DrawAsync(string postId, string? message, IReadOnlyList<Button> buttons, CancellationToken cancellationToken)
    {
        var attachments = await drawing.ForPostAsync(postId, buttons, cancellationToken);
        await Api.PatchPostAsync(postId, new PostPatch { Message = message, Props = ButtonDrawing.Props(attachments) }, cancellationToken);
    }

    private async Task InTurnAsync(string postId, Func<Task> work, CancellationToken cancellationToken)
    {
        var turn = _turns[(uint)postId.GetHashCode(StringComparison.Ordinal) % _turns.Length];
        await turn.WaitAsync(cancellationToken);
        try
        {
            await work();
        }
        finally
        {
            turn.Release();
        }
    }
}
