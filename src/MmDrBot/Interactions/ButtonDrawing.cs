using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MmDrBot.Access;
using MmDrBot.Mattermost;

namespace MmDrBot.Interactions;

/// <summary>Buttons as attachments, with their invitations in the contexts.</summary>
internal sealed class ButtonDrawing(Invitations invitations, OwnAddress address, TimeProvider time)
{
    internal const string Path = "mattermost/actions";
    private static readonly TimeSpan InPost = TimeSpan.FromDays(7);
    private static readonly TimeSpan InAnswer = TimeSpan.FromHours(12);

    /// <summary>For a post of the bot that exists already; those that change something are bound to it.</summary>
    internal async Task<IReadOnlyList<MessageAttachment>> ForPostAsync(string postId, IReadOnlyList<Button> buttons, CancellationToken cancellationToken)
    {
        var drafts = buttons.Select(button => Draft(button, InPost) with { Permission = button.Permission, PostId = postId }).ToArray();
        var once = drafts.Where((_, index) => buttons[index].ChangesState).ToArray();
        var issued = new Queue<string>(once.Length == 0 ? [] : await invitations.IssueAsync(once, null, cancellationToken));
        return Draw(buttons, [.. drafts.Select((draft, index) => buttons[index].ChangesState ? issued.Dequeue() : invitations.Show(draft))]);
    }

    /// <summary>For an answer that one account sees. Their contexts reach that account's client, so what changes something is left out.</summary>
    internal IReadOnlyList<MessageAttachment> ForUser(string userId, IReadOnlyList<Button> buttons)
    {
        try
        {
            var harmless = buttons.Where(button => !button.ChangesState).ToArray();
            return Draw(harmless, [.. harmless.Select(button => invitations.Show(Draft(button, InAnswer) with { UserId = userId }))]);
        }
        catch (Refusal)
        {
            return []; // Without the service's secret there are no buttons; the answer is worth more than they are.
        }
    }

    /// <summary>Properties of a post of the bot; without buttons those that remove what was there.</summary>
    internal static JsonObject Props(IReadOnlyList<MessageAttachment> attachments)
    {
        var props = new JsonObject { ["from_bot"] = "true" };
        if (attachments.Count > 0)
        {
            props["attachments"] = JsonSerializer.SerializeToNode(attachments, MattermostJson.Options);
        }

        return props;
    }

    private Invitation Draft(Button button, TimeSpan lifetime) =>
        new() { Kind = InvitationKind.Button, Handler = button.Handler, Arguments = button.Words, ExpiresAt = time.GetUtcNow() + lifetime };

    private IReadOnlyList<MessageAttachment> Draw(IReadOnlyList<Button> buttons, IReadOnlyList<string> tokens) =>
        buttons.Count == 0 ? [] : [new MessageAttachment { Actions = [.. buttons.Select((button, index) => Action(button, tokens[index], index))] }];

    private PostAction Action(Button button, string token, int index) => new()
    {
        // Clients keep what they know of a button by its id.
        Id = string.Create(CultureInfo.InvariantCulture, $"b{index}"),
        Name = button.Label,
        Style = button.IsDangerous ? "danger" : "default",
        Integration = new PostActionIntegration { Url = address.Of(Path).AbsoluteUri, Context = new JsonObject { [Invitations.Field] = token } },
    };
}
