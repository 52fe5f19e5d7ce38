using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using MmDrBot.Interactions;
using MmDrBot.Tests.Api;
using MmDrBot.Tests.Host;
using MmDrBot.Verbs;

namespace MmDrBot.Tests.Commands;

/// <summary>
/// Forms that were opened rightly and come back with anything in their fields, sent by somebody who may do everything: each is carried out or
/// refused in words, at its field where it belongs to one.
/// </summary>
public sealed class FormFuzzTests(BotFixture bot) : IClassFixture<BotFixture>, IAsyncLifetime
{
    public static TheoryData<string> Paths => [.. FormPaths];

    private static IEnumerable<string> FormPaths => MmDrBotHost.Verbs().Where(verb => verb.InChat && verb.Form is not null).Select(verb => verb.Path);

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task A_form_with_anything_in_a_field(string path)
    {
        var verb = bot.Get<IEnumerable<Verb>>().Single(verb => verb.Path == path);
        foreach (var field in verb.Form!.Fields)
        {
            foreach (var value in HostileBodies.Values)
            {
                var others = verb.Form.Fields.Where(other => other.Name != field.Name).Select(other => $",\"{other.Name}\":{JsonValue.Create(Good(other)).ToJsonString()}");
                await SubmitAsync(Button.VerbHandler, path.Split(' '), $"{{\"{field.Name}\":{value}{string.Concat(others)}}}", verb.Form.Fields.Select(one => one.Name));
            }
        }

        await NoBugs.AssertAsync(bot);
    }

    [Fact]
    public async Task A_form_with_other_fields_than_it_has()
    {
        foreach (var path in FormPaths)
        {
            foreach (var submission in new[] { "{}", "null", "[]", "{\"--admin-token-file\":\"/etc/passwd\",\"--file\":\"/etc/passwd\",\"--database\":\"postgres://x\"}", "{\"\":\"\"}" })
            {
                await SubmitAsync(Button.VerbHandler, path.Split(' '), submission, bot.Get<IEnumerable<Verb>>().Single(verb => verb.Path == path).Form!.Fields.Select(one => one.Name));
            }
        }

        await NoBugs.AssertAsync(bot);
    }

    [Fact]
    public async Task A_code_that_is_none()
    {
        foreach (var value in HostileBodies.Values)
        {
            await SubmitAsync("approvecode", ["ap-7k2m9qx4ta"], $"{{\"code\":{value}}}", ["code"]);
        }

        await NoBugs.AssertAsync(bot);
    }

    /// <summary>A handler that is added is to be fuzzed too.</summary>
    [Fact]
    public void Every_handler_of_forms_and_clicks_is_known_here() =>
        Assert.Equal(["approve", "approvecode", "verb"], bot.Get<IEnumerable<IInteractionHandler>>().Select(handler => handler.Name).Order(StringComparer.Ordinal));

    [Fact]
    public async Task Clicks_with_any_arguments()
    {
        using var client = bot.Client();
        foreach (var handler in bot.Get<IEnumerable<IInteractionHandler>>().Select(handler => handler.Name))
        {
            foreach (var text in HostileBodies.Values.Select(TextOf).OfType<string>())
            {
                var draft = new Invitation { Kind = InvitationKind.Button, Handler = handler, Arguments = [text], UserId = bot.Admin.Id, PostId = "postpostpostpostpostpostpo", ExpiresAt = DateTimeOffset.MaxValue };
                var token = (await bot.Get<Invitations>().IssueAsync([draft], null, CancellationToken.None))[0];
                var click = new JsonObject { ["user_id"] = bot.Admin.Id, ["channel_id"] = bot.Channel.Id, ["post_id"] = draft.PostId, ["trigger_id"] = "x", ["context"] = new JsonObject { ["invitation"] = token } };
                await AnsweredAsync(client, "actions", click.ToJsonString());
            }
        }

        await NoBugs.AssertAsync(bot);
    }

    public Task InitializeAsync() => bot.AnyRestorePointAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    private async Task SubmitAsync(string handler, IReadOnlyList<string> arguments, string submission, IEnumerable<string> fields)
    {
        using var client = bot.Client();
        var draft = new Invitation { Kind = InvitationKind.Form, Handler = handler, Arguments = arguments, UserId = bot.Admin.Id, ExpiresAt = DateTimeOffset.MaxValue };
        var replyTo = new JsonObject { ["channelId"] = bot.Channel.Id, ["userId"] = bot.Admin.Id, ["askedAt"] = DateTimeOffset.UtcNow.ToString("O") };
        var token = (await bot.Get<Invitations>().IssueAsync([draft], replyTo.ToJsonString(), CancellationToken.None))[0];
        var body = $$"""{"type":"dialog_submission","callback_id":"x","state":"{{token}}","user_id":"{{bot.Admin.Id}}","channel_id":"{{bot.Channel.Id}}","team_id":"","submission":{{submission}},"cancelled":false}""";

        var answer = await AnsweredAsync(client, "dialogs", body);

        Assert.Subset(new HashSet<string> { "error", "errors" }, answer.Select(member => member.Key).ToHashSet());
        Assert.Subset(fields.ToHashSet(), (answer["errors"] as JsonObject ?? []).Select(error => error.Key).ToHashSet());
    }

    private static async Task<JsonObject> AnsweredAsync(HttpClient client, string door, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri($"/mattermost/{door}", UriKind.Relative), content);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        NoBugs.AssertIn(text, body);
        return JsonNode.Parse(text)!.AsObject();
    }

    private string Good(FormField field) => field switch
    {
        { Kind: FormFieldKind.Choice, Choices: [var (_, value), ..] } => value,
        { Kind: FormFieldKind.Yes } => "false",
        { Kind: FormFieldKind.Person } => bot.Plain.Id,
        { Name: "--ticket" } => "INC-1",
        { Name: "--reason" } => "it is away",
        { Name: "ID" } => "ffffffffffff",
        { Initial: { Length: > 0 } initial } => initial,
        _ => "",
    };

    /// <summary>Null for what is no text, such as half of a pair of surrogates.</summary>
    private static string? TextOf(string json)
    {
        try
        {
            return (string?)JsonNode.Parse(json);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
