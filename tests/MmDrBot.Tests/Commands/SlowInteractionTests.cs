using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MmDrBot.Access;
using MmDrBot.Commands;
using MmDrBot.Interactions;
using MmDrBot.Tests.Data;
using MmDrBot.Tests.Host;

namespace MmDrBot.Tests.Commands;

/// <summary>What takes longer than Mattermost waits.</summary>
[Collection(BotCollection.Name)]
public sealed class SlowInteractionTests(BotFixture bot)
{
    private readonly FakeTimeProvider _time = new();
    private readonly SlowHandler _handler = new();

    private InteractionEndpoints Endpoints => new(
        new InteractionDesk(bot.Get<Invitations>(), [_handler], bot.Get<ChatActors>(), bot.Get<PersonLimiter>(), bot.Get<UninvitedRecords>(), bot.Get<ChatMishaps>(), bot.Get<ButtonPosts>(), NullLogger<InteractionDesk>.Instance),
        bot.Get<PrivateAnswers>(), bot.Get<Invitations>(), _time, NullLogger<InteractionEndpoints>.Instance);

    [Fact]
    public async Task A_click_is_answered_in_time_and_its_outcome_follows()
    {
        var (token, words) = (bot.Get<Invitations>().Show(Draft(InvitationKind.Button)), $"done {Guid.NewGuid():n}");
        var answering = Endpoints.ClickAsync(Request(new JsonObject { ["user_id"] = bot.Admin.Id, ["channel_id"] = bot.Channel.Id, ["post_id"] = "x", ["context"] = new JsonObject { ["invitation"] = token } }));

        _time.Advance(TimeSpan.FromSeconds(2.5));
        Assert.Contains("takes a moment", Body(await answering), StringComparison.Ordinal);
        _handler.Reply.SetResult(InteractionReply.Of(words));

        await Eventually.IsTrueAsync(() => Task.FromResult(bot.Mattermost.Posts.Any(post => post.Message == words)));
    }

    [Fact]
    public async Task A_form_closes_in_time_and_what_was_wrong_with_it_follows()
    {
        var (token, words) = ((await bot.Get<Invitations>().IssueAsync([Draft(InvitationKind.Form)], null, CancellationToken.None))[0], $"wrong {Guid.NewGuid():n}");
        var answering = Endpoints.SubmitAsync(Request(new JsonObject { ["user_id"] = bot.Admin.Id, ["channel_id"] = bot.Channel.Id, ["state"] = token, ["submission"] = new JsonObject() }));

        _time.Advance(TimeSpan.FromSeconds(2.5));
        Assert.Equal("{}", Body(await answering));
        _handler.Reply.SetResult(new InteractionReply { FieldErrors = new Dictionary<string, string> { ["a"] = words } });

        await Eventually.IsTrueAsync(() => Task.FromResult(bot.Mattermost.Posts.Any(post => post.Message == words)));
    }

    [Fact]
    public async Task A_bug_in_a_handler_is_told_by_a_reference_alone()
    {
        var token = bot.Get<Invitations>().Show(Draft(InvitationKind.Button));
        _handler.Reply.SetException(new InvalidOperationException("the inner workings"));

        var answer = Body(await Endpoints.ClickAsync(Request(new JsonObject { ["user_id"] = bot.Admin.Id, ["post_id"] = "x", ["context"] = new JsonObject { ["invitation"] = token } })));

        Assert.Contains("Reference: `ref-", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("inner workings", answer, StringComparison.Ordinal);
    }

    private Invitation Draft(InvitationKind kind) => new() { Kind = kind, Handler = _handler.Name, UserId = bot.Admin.Id, ExpiresAt = DateTimeOffset.MaxValue };

    private static DefaultHttpContext Request(JsonObject body) => new() { Request = { Body = new MemoryStream(Encoding.UTF8.GetBytes(body.ToJsonString())) } };

    private static string Body(IResult result) => (string?)JsonNode.Parse(Assert.IsType<ContentHttpResult>(result).ResponseContent!)!["ephemeral_text"] ?? Assert.IsType<ContentHttpResult>(result).ResponseContent!;

    private sealed class SlowHandler : IInteractionHandler
    {
        public string Name => "slow";

        public TaskCompletionSource<InteractionReply> Reply { get; } = new();

        public Task<InteractionReply> HandleAsync(Interaction interaction, CancellationToken cancellationToken) => Reply.Task;
    }
}
