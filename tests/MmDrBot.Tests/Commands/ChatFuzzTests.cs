using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using MmDrBot.Access;
using MmDrBot.Commands;
using MmDrBot.Data;
using MmDrBot.Interactions;
using MmDrBot.Jobs;
using MmDrBot.Mattermost;
using MmDrBot.Tests.Host;

namespace MmDrBot.Tests.Commands;

/// <summary>Whatever is sent to chat's doors is answered 200 with JSON, and changes nothing without a good invitation.</summary>
public sealed class ChatFuzzTests(BotFixture bot) : IClassFixture<BotFixture>
{
    private const int Times = 300;
    private static readonly Gen<string> Junk = Gen.OneOf(
        Gen.String[0, 40], Gen.OneOf("\0", "\ud800", "../../etc/passwd", "'; drop table jobs; --", "**@all**"), Gen.Char['a', 'z'].Array[2000, 5000].Select(letters => new string(letters)));

    /// <summary>JSON that stands in the place of a field.</summary>
    private static readonly Gen<string> Value = Gen.OneOf(
        Junk.Select(text => JsonValue.Create(text).ToJsonString()), Gen.Int.Select(number => $"{number}"), Gen.OneOf("null", "true", "[1,\"x\"]", "{\"invitation\":{}}", "{\"invitation\":[]}", "1e400"));

    [Fact]
    public async Task Clicks_with_any_field_changed() =>
        await FuzzAsync("actions", (job, post) => new JsonObject
        {
            ["user_id"] = bot.Plain.Id,
            ["user_name"] = "bob",
            ["channel_id"] = bot.Channel.Id,
            ["team_id"] = bot.Mattermost.TeamId,
            ["post_id"] = post,
            ["trigger_id"] = "",
            ["type"] = "button",
            ["context"] = new JsonObject { ["invitation"] = TokenOf(job, post) },
        });

    [Fact]
    public async Task Forms_with_any_field_changed() =>
        await FuzzAsync("dialogs", (job, post) => new JsonObject
        {
            ["type"] = "dialog_submission",
            ["callback_id"] = "verb",
            ["state"] = TokenOf(job, post),
            ["user_id"] = bot.Plain.Id,
            ["channel_id"] = bot.Channel.Id,
            ["submission"] = new JsonObject { ["--label"] = "x", ["USER"] = bot.Admin.Id },
            ["cancelled"] = false,
        });

    [Fact]
    public void Tokens_with_any_character_changed_are_not_read()
    {
        var token = bot.Get<Invitations>().Show(new Invitation { Kind = InvitationKind.Button, Handler = "verb", UserId = bot.Admin.Id, ExpiresAt = DateTimeOffset.UnixEpoch });
        Gen.Select(Gen.Int[0, token.Length - 1], Gen.Char).Where(change => change.Item2 != token[change.Item1]).Sample(
            change => bot.Get<Invitations>().Read(token[..change.Item1] + change.Item2 + token[(change.Item1 + 1)..]) is null, iter: 5000);
    }

    [Fact]
    public async Task Bodies_of_any_bytes()
    {
        using var client = bot.Client();
        var bodies = Gen.OneOf(Junk, Gen.OneOf("{\"context\":{\"invitation\":\"a\",\"invitation\":\"b\"}}", "null", "[]", "{\"submission\":{\"a\":1,\"a\":2}}", new string('[', 5000)));
        await Gen.Select(Gen.OneOf("actions", "dialogs", "commands"), bodies).SampleAsync(
            async (door, body) =>
            {
                using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
                content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
                await AssertAnsweredAsync(await client.PostAsync(new Uri($"/mattermost/{door}", UriKind.Relative), content));
            },
            iter: Times,
            threads: 2);
    }

    [Fact]
    public async Task Commands_with_any_field_changed()
    {
        using var client = bot.Client();
        var before = await ChangesAsync();
        var names = new[] { "token", "team_id", "channel_id", "user_id", "user_name", "command", "text", "trigger_id", "response_url", "root_id", "user_mentions", "user_mentions_ids" };
        await Gen.Select(Gen.OneOf(names), Junk, Gen.Bool).SampleAsync(
            async (name, junk, twice) =>
            {
                var fields = names[..10].Where(field => twice || field != name).Select(field => KeyValuePair.Create(field, Usual(field))).Append(KeyValuePair.Create(name, junk));
                using var form = new FormUrlEncodedContent(fields);
                await AssertAnsweredAsync(await client.PostAsync(new Uri("/mattermost/commands", UriKind.Relative), form));
            },
            iter: Times,
            threads: 2);
        Assert.Equal(before, await ChangesAsync());
    }

    [Fact]
    public async Task A_body_that_is_too_long_is_answered_too()
    {
        using var client = bot.Client();
        using var body = new StringContent(new JsonObject { ["context"] = new JsonObject { ["invitation"] = new string('x', 200_000) } }.ToJsonString(), Encoding.UTF8, "application/json");

        await AssertAnsweredAsync(await client.PostAsync(new Uri("/mattermost/actions", UriKind.Relative), body));
    }

    /// <summary>A good invitation that bob, who has no role, sends; each time with a field changed. Nothing of it may ever work.</summary>
    private async Task FuzzAsync(string door, Func<string, string, JsonObject> payload)
    {
        using var client = bot.Client();
        var job = await bot.Get<StateDatabase>().InTransactionAsync((transaction, token) => bot.Get<JobQueue>().EnqueueAsync(transaction, new NewJob("kind that no worker takes", Actor.System), token), CancellationToken.None);
        var post = (await bot.Get<IMattermostApi>().CreatePostAsync(new NewPost { ChannelId = bot.Channel.Id, Message = "x" }, CancellationToken.None)).Id;
        var fields = payload(job.Id, post).Select(field => field.Key).ToArray();
        var before = await ChangesAsync();
        await Gen.Select(Gen.OneOf(fields), Value).SampleAsync(
            async (name, value) =>
            {
                var request = payload(job.Id, post);
                request[name] = "here";
                using var body = new StringContent(request.ToJsonString().Replace("\"here\"", value, StringComparison.Ordinal), Encoding.UTF8, "application/json");
                await AssertAnsweredAsync(await client.PostAsync(new Uri($"/mattermost/{door}", UriKind.Relative), body));
            },
            iter: Times,
            threads: 2);

        Assert.Equal(before, await ChangesAsync());
        Assert.Equal(JobState.Pending, (await bot.JobAsync(job.Id)).State);
    }

    private string Usual(string field) => field switch
    {
        "token" => BotFixture.CommandToken,
        "user_id" => bot.Plain.Id,
        "channel_id" => bot.Channel.Id,
        "command" => "/dr",
        "text" => "backup",
        _ => "",
    };

    private string TokenOf(string job, string post) => bot.Get<Invitations>().IssueAsync(
        [new Invitation { Kind = InvitationKind.Button, Handler = "verb", Arguments = ["cancel", job], Permission = Permission.CancelJob, PostId = post, ExpiresAt = DateTimeOffset.MaxValue }], null, CancellationToken.None).GetAwaiter().GetResult()[0];

    /// <summary>All that was done, refusals aside.</summary>
    private async Task<int> ChangesAsync() => (await bot.AuditAsync()).Count(record => !record.Entry.Action.EndsWith(".refused", StringComparison.Ordinal));

    private static async Task AssertAnsweredAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            Assert.Equal((HttpStatusCode.OK, "application/json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
            Assert.IsType<JsonObject>(JsonNode.Parse(await answer.Content.ReadAsStringAsync()));
        }
    }
}
