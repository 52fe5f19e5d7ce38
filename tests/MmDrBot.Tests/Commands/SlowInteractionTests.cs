using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MmDrBot.Access;
using MmDrBot.Commands;
using MmDrBot.Interactions;
using MmDrBot.Registration;
using MmDrBot.Tests.Data;
using MmDrBot.Tests.Host;
using MmDrBot.Verbs;

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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_command_whose_response_url_leads_elsewhere_is_answered_another_way(bool isSecret)
    {
        var (verb, words) = (new SlowVerb(), $"done {Guid.NewGuid():n}");
        var router = new CommandRouter(new VerbRunner([verb], bot.Get<Forms>(), NullLogger<VerbRunner>.Instance), bot.Get<ChatActors>(), bot.Get<ChatMishaps>(), _time);
        var endpoint = new SlashCommandEndpoint(router, bot.Get<PersonLimiter>(), bot.Get<PrivateAnswers>(), bot.Get<KnownCommandTokens>(), _time, NullLogger<SlashCommandEndpoint>.Instance);
        var typed = $"token={BotFixture.CommandToken}&team_id={bot.Mattermost.TeamId}&channel_id={bot.Channel.Id}&user_id={bot.Admin.Id}&command=%2Fdr&text=slow&response_url=http%3A%2F%2F192.0.2.1%2Fhooks%2Fcommands%2Faaaaaaaaaaaaaaaaaaaaaaaaaa";
        var answering = endpoint.HandleAsync(new DefaultHttpContext { Request = { Method = "POST", ContentType = "application/x-www-form-urlencoded", Body = new MemoryStream(Encoding.UTF8.GetBytes(typed)) } });

        await Eventually.IsTrueAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(2.5));
            return Task.FromResult(answering.IsCompleted);
        });
        Assert.Contains("the answer follows here", Assert.IsType<ContentHttpResult>(await answering).ResponseContent, StringComparison.Ordinal);
        var before = bot.Mattermost.Posts.Count;
        verb.Reply.SetResult(new Reply { Text = words, Json = words, IsSecret = isSecret });

        await Eventually.IsTrueAsync(() => Task.FromResult(bot.Mattermost.Posts.Skip(before).Any(post => isSecret ? post.Message.Contains("sso deliver", StringComparison.Ordinal) : post.Message == words)));
        Assert.DoesNotContain(bot.Mattermost.Posts, post => isSecret && post.Message.Contains(words, StringComparison.Ordinal));
    }

    private Invitation Draft(InvitationKind kind) => new() { Kind = kind, Handler = _handler.Name, UserId = bot.Admin.Id, ExpiresAt = DateTimeOffset.MaxValue };

    private static DefaultHttpContext Request(JsonObject body) => new() { Request = { Body = new MemoryStream(Encoding.UTF8.GetBytes(body.ToJsonString())) } };

    private static string Body(IResult result) => (string?)JsonNode.Parse(Assert.IsType<ContentHttpResult>(result).ResponseContent!)!["ephemeral_text"] ?? Assert.IsType<ContentHttpResult>(result).ResponseContent!;

    private sealed class SlowVerb : Verb
    {
        internal override string Path => "slow";

        internal override string Description => "Takes its time.";

        internal override bool InChat => true;

        public TaskCompletionSource<Reply> Reply { get; } = new();

        internal override Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken) => Reply.Task;
    }

    private sealed class SlowHandler : IInteractionHandler
    {
        public string Name => "slow";

        public TaskCompletionSource<InteractionReply> Reply { get; } = new();

        public Task<InteractionReply> HandleAsync(Interaction interaction, CancellationToken cancellationToken) => Reply.Task;
    }
}
