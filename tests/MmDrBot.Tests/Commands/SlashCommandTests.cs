using System.Net;
using System.Text.Json.Nodes;
using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Jobs;
using MmDrBot.Tests.Host;
using MmDrBot.Verbs;

namespace MmDrBot.Tests.Commands;

[Collection(BotCollection.Name)]
public sealed class SlashCommandTests(BotFixture bot)
{
    [Theory]
    [InlineData("/dr")]
    [InlineData("/dr help")]
    [InlineData("/dr   ")]
    public async Task Help_lists_the_commands_to_the_caller_alone(string line)
    {
        var outcome = await bot.TypeAsync(line);

        Assert.Equal(200, outcome.Status);
        Assert.True(Assert.Single(outcome.Messages).IsEphemeral);
        foreach (var verb in new[] { "backup", "status", "restore-points", "restore-point ID", "verify ID", "restore ID", "jobs", "job ID", "cancel ID" })
        {
            Assert.Contains($"`/dr {verb}`", outcome.Text, StringComparison.Ordinal);
        }

        Assert.Matches(@"- `/dr sso`: Outages of single sign-on.* Behind it: `close`, `convert`, `deliver`,", outcome.Text);
        Assert.Matches(@"- `/dr restore-point ID`: .* Behind it: `hold`, `pin`, `release`, `unpin`\.", outcome.Text);
        Assert.InRange(outcome.Text.Split('\n').Count(entry => entry.StartsWith("- ", StringComparison.Ordinal)), 20, 30);
        Assert.DoesNotContain("/dr api-key", outcome.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("on the host", outcome.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_for_one_command_shows_its_options_and_examples()
    {
        var outcome = await bot.TypeAsync("/dr help backup");

        Assert.Contains("--label", outcome.Text, StringComparison.Ordinal);
        Assert.Contains("Example: `/dr backup --only database`", outcome.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("restore", "--to spare", "--database")]
    [InlineData("mattermost register", "--team acme", "--admin-token-file")]
    [InlineData("sso convert", "--ticket INC-123", "--file")]
    public async Task Help_says_what_chat_can_do_and_not_what_the_host_alone_can(string verb, string shown, string hidden)
    {
        var outcome = await bot.TypeAsync($"/dr help {verb}");

        Assert.Contains($"Example: `/dr {verb}", outcome.Text, StringComparison.Ordinal);
        Assert.Contains(shown, outcome.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(hidden, outcome.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_has_an_example_of_every_command()
    {
        foreach (var verb in bot.Get<IEnumerable<Verb>>().Where(verb => verb.InChat))
        {
            Assert.Contains($"Example: `/dr {verb.Path}", (await bot.TypeAsync($"/dr help {verb.Path}")).Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/dr job \"\"", "The id of the job is missing.")]
    [InlineData("/dr cancel ' '", "The id of the job is missing.")]
    [InlineData("/dr alarms \"\"", "The id of the alarm is missing.")]
    [InlineData("/dr alarm ack \"\" --note x", "The id of the alarm is missing.")]
    [InlineData("/dr alarm ack al-", "The id of the alarm is missing.")]
    [InlineData("/dr backup --copies \"\"", "A copy's name is missing.")]
    [InlineData("/dr retention plan --repository \"\"", "The name of the repository is missing.")]
    [InlineData("/dr schedule run \"\"", "The name of the schedule is missing.")]
    [InlineData("/dr restore latest --to nowhere", "The settings name no target nowhere; there are: server")]
    [InlineData("/dr sso revert --service saml", "Next: `sso revert @alice`")]
    public async Task What_is_missing_is_named_and_nothing_is_taken_for_it(string line, string words)
    {
        var before = (await bot.Get<JobStore>().ListAsync(500, null, CancellationToken.None)).Count;

        var outcome = await bot.TypeAsync(line);

        Assert.Contains(words, outcome.Text, StringComparison.Ordinal);
        Assert.Contains("\nNext: ", outcome.Text, StringComparison.Ordinal);
        Assert.Matches("Reference: `ref-[0-9a-z]+`", outcome.Text);
        Assert.Equal(before, (await bot.Get<JobStore>().ListAsync(500, null, CancellationToken.None)).Count);
    }

    [Theory]
    [InlineData("/dr repository read-back --repository offsite", "`repository read-back` is no command of chat.\nNext: run `mmdr repository read-back` on the host")]
    [InlineData("/dr API-Key create x", "`api-key create` is no command of chat.")]
    [InlineData("/dr forget latest", "`forget` is no command of chat.")]
    [InlineData("/dr repository", "`repository` is no command of chat.\nNext: run `mmdr repository` on the host")]
    public async Task What_the_host_alone_can_do_is_said_to_be_so(string line, string words) =>
        Assert.Contains(words, (await bot.TypeAsync(line)).Text, StringComparison.Ordinal);

    [Theory]
    [InlineData("/dr bakup", "Did you mean `backup`?")]
    [InlineData("/dr BACKUPS", "Did you mean `backup`?")]
    [InlineData("/dr restor-points", "Did you mean `restore-points`?")]
    [InlineData("/dr xyzzyxyzzy", "`/dr help` lists the commands.")]
    [InlineData("/dr verify", "`/dr help verify` explains it.")]
    [InlineData("/dr sso opne", "Did you mean `sso open`?")]
    [InlineData("/dr ssso", "Did you mean `sso`?")]
    [InlineData("/dr sso frobnicate", "`/dr help sso` lists its commands.")]
    [InlineData("/dr help bakup", "Did you mean `backup`?")]
    [InlineData("/dr sso", "- `/dr sso open")]
    [InlineData("/dr help sso", "- `/dr sso revert")]
    [InlineData("/dr Help SSO Open", "--ticket")]
    [InlineData("/dr restore-point hodl latest", "There is no restore-point hodl.\nDid you mean `restore-point hold`?")]
    [InlineData("/dr restore-point Hodl latest --reason \"case 7\"", "Did you mean `restore-point hold`?")]
    [InlineData("/dr help restore-point", "- `/dr restore-point unpin ID`")]
    [InlineData("/dr restore latest --files /tmp/x", "In chat a restore goes to a target by its")]
    public async Task A_mistyped_command_is_answered_with_a_suggestion(string line, string words)
    {
        var outcome = await bot.TypeAsync(line);

        Assert.Equal(200, outcome.Status);
        Assert.Contains(words, outcome.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("/?")]
    [InlineData("backup --help")]
    [InlineData("--version")]
    [InlineData("[suggest]")]
    [InlineData("[diagram] backup")]
    [InlineData("[env:PATH=/x] status")]
    public async Task What_only_a_terminal_understands_starts_nothing(string text)
    {
        var before = (await bot.AuditAsync()).Count;

        var outcome = await bot.TypeAsync("/dr " + text);

        Assert.Equal(200, outcome.Status);
        Assert.NotEmpty(outcome.Text);
        Assert.Equal(before, (await bot.AuditAsync()).Count);
    }

    [Fact]
    public async Task A_file_named_behind_an_at_sign_is_not_read()
    {
        foreach (var line in new[] { "/dr @/etc/passwd", "/dr backup @/etc/passwd", "/dr verify @/etc/passwd", "/dr help @/etc/passwd", "/dr restore-point @/etc/passwd" })
        {
            var outcome = await bot.TypeAsync(line);

            Assert.Equal(200, outcome.Status);
            Assert.DoesNotContain("root:", outcome.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_unknown_token_is_refused_in_a_way_that_Mattermost_can_show()
    {
        using var client = bot.Client();
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["token"] = "wrongtokenwrongtokenwrong1", ["user_id"] = bot.Admin.Id, ["channel_id"] = bot.Channel.Id, ["team_id"] = bot.Mattermost.TeamId, ["command"] = "/dr", ["text"] = "backup", ["user_name"] = "alice" });
        var before = (await bot.AuditAsync()).Count;

        using var answer = await client.PostAsync(new Uri("/mattermost/commands", UriKind.Relative), form);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        var json = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.Equal("ephemeral", (string?)json["response_type"]);
        Assert.Contains("token is not known", (string?)json["text"], StringComparison.Ordinal);
        Assert.Equal(before, (await bot.AuditAsync()).Count);
    }

    [Theory]
    [InlineData("backup --label ")]
    [InlineData("sso convert ")]
    [InlineData("")]
    public async Task A_text_of_a_megabyte_is_refused_and_changes_nothing(string before)
    {
        using var client = bot.Client();
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["token"] = BotFixture.CommandToken, ["user_id"] = bot.Admin.Id, ["channel_id"] = bot.Channel.Id, ["team_id"] = bot.Mattermost.TeamId, ["command"] = "/dr", ["text"] = before + new string('x', 1_000_000), ["user_name"] = "alice" });
        var jobs = (await bot.Get<JobStore>().ListAsync(100, null, CancellationToken.None)).Count;

        using var answer = await client.PostAsync(new Uri("/mattermost/commands", UriKind.Relative), form);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.InRange(((string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["text"])!.Length, 10, 2000);
        Assert.Equal(jobs, (await bot.Get<JobStore>().ListAsync(100, null, CancellationToken.None)).Count);
    }

    [Theory]
    [InlineData("application/json", "{\"token\":1}")]
    [InlineData("application/x-www-form-urlencoded", "")]
    [InlineData("application/x-www-form-urlencoded", "token=&token=%FF%FE&text=backup")]
    [InlineData("application/x-www-form-urlencoded", "token=a&token=b&command=/dr&user_id=u&channel_id=c")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nbroken")]
    [InlineData("text/plain", "hello")]
    public async Task Whatever_is_sent_to_the_door_is_answered_200_with_JSON(string type, string body)
    {
        using var client = bot.Client();
        using var content = new StringContent(body);
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        using var answer = await client.PostAsync(new Uri("/mattermost/commands", UriKind.Relative), content);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.NotNull(JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["text"]);
    }

    [Theory]
    [InlineData("backup --only nothing")]
    [InlineData("backup --ask --label x", false)]
    [InlineData("restore-point ffffffffffff")]
    [InlineData("job nosuchjob")]
    [InlineData("schedule add \"x y\" --when hourly --run backup")]
    [InlineData("deny ap-nosuchone")]
    [InlineData("alarm ack nosuchone")]
    [InlineData("sso convert @alice")]
    [InlineData("status", true, true)]
    public async Task A_refusal_always_says_cause_next_step_and_the_reference_of_its_audit_entry(string line, bool byForm = true, bool byNobody = false)
    {
        if (!byForm)
        {
            bot.Mattermost.FailNext("POST /api/v4/actions/dialogs/open", 400, "interactive_message.decode_trigger_id.expired");
        }

        var told = (await bot.TypeAsync($"/dr {line}", byNobody ? bot.Plain : null)).Text.Split('\n');

        Assert.NotEmpty(told[0]);
        Assert.Contains(told, words => words.StartsWith("Next: ", StringComparison.Ordinal));
        var reference = Assert.Single(told, words => words.StartsWith("Reference: `ref-", StringComparison.Ordinal))["Reference: ".Length..].Trim('`');
        Assert.Contains(await bot.AuditAsync(), record => record.Entry.Reference == reference && record.Entry.Outcome is AuditOutcome.Refused);
    }

    [Fact]
    public async Task A_job_that_is_refused_says_them_too()
    {
        await bot.AnyRestorePointAsync();
        var job = await bot.TypeJobAsync("/dr verify ffffffffffff");

        var end = await bot.PostSayingAsync(job.Id, "failed");

        Assert.All(["Cause: ", "Next: ", "Reference: `ref-"], words => Assert.Contains($"\n{words}", end.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("help")]
    [InlineData("backup")]
    [InlineData("status")]
    public async Task A_person_who_is_no_administrator_is_refused_and_the_refusal_is_audited(string verb)
    {
        var outcome = await bot.TypeAsync($"/dr {verb}", bot.Plain);

        Assert.Equal(200, outcome.Status);
        Assert.Contains("have no role", outcome.Text, StringComparison.Ordinal);
        var entry = (await bot.AuditAsync())[0].Entry;
        Assert.Equal(("mattermost:bob", Door.Chat, "command.refused", verb, AuditOutcome.Refused), (entry.Actor, entry.Door, entry.Action, entry.Target, entry.Outcome));
    }

    [Fact]
    public async Task Without_an_answer_of_the_API_nobody_is_taken_for_an_administrator()
    {
        var token = bot.Bot.Token;
        bot.Bot.Token = "revoked-in-the-meantime";
        try
        {
            var outcome = await bot.TypeAsync("/dr backup");

            Assert.Equal(200, outcome.Status);
            Assert.Contains("did not say who you are", outcome.Text, StringComparison.Ordinal);
        }
        finally
        {
            bot.Bot.Token = token;
        }
    }
}
