using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MmDrBot.Access;
using MmDrBot.Data;
using MmDrBot.Jobs;
using MmDrBot.TestKit.Tools;
using MmDrBot.Tests.Cli;
using MmDrBot.Tests.Host;

namespace MmDrBot.Tests.Transcripts;

/// <summary>A backup, its proof and its pin through chat, by REST and on the command line: the same state and the same audit afterwards, but for who did it.</summary>
[Collection(BotCollection.Name)]
public sealed class BackupDoorsAgreeTests(BotFixture bot) : IDisposable
{
    private readonly HttpClient _rest = bot.Client(bot.FullKey);

    public void Dispose() => _rest.Dispose();

    [Fact]
    public async Task A_backup_leaves_the_same_state_and_the_same_audit_whatever_the_door()
    {
        string[] steps = ["backup", "verify", "pin", "unpin", "hold"];
        var byChat = await StoryAsync(Door.Chat, ChatAsync, steps);
        var byRest = await StoryAsync(Door.Rest, RestAsync, steps);
        var byCommandLine = await StoryAsync(Door.Cli, CommandLineAsync, steps);

        Assert.Contains("restore_point.pinned succeeded POINT", byChat.Audit);
        Assert.Equal(byChat, byRest);
        Assert.Equal(byChat, byCommandLine);
    }

    [Fact]
    public async Task What_is_forgotten_leaves_the_same_by_REST_and_on_the_command_line()
    {
        var byRest = await StoryAsync(Door.Rest, RestAsync, ["backup", "forget"]);
        var byCommandLine = await StoryAsync(Door.Cli, CommandLineAsync, ["backup", "forget"]);

        Assert.Contains("restore_point.forgotten succeeded POINT", byRest.Audit);
        Assert.Equal(byRest, byCommandLine);
    }

    private async Task<(string Audit, string Jobs, string Point)> StoryAsync(Door door, Func<string, string, Task> act, string[] steps)
    {
        await bot.AnyRestorePointAsync();
        var (before, since) = ((await bot.AuditAsync())[0].Seq, (await bot.Get<JobStore>().ListAsync(1, null, CancellationToken.None))[0].Id);
        var point = "";
        foreach (var step in steps)
        {
            await act(step, point);
            point = point.Length > 0 ? point : (string)(await _rest.GetFromJsonAsync<JsonArray>(Api.Answers.Path("restore-points?limit=1")))![0]!["id"]!;
        }

        string Told(string text) => text.Replace(point, "POINT", StringComparison.Ordinal);
        var entries = (await bot.AuditAsync()).Where(record => record.Seq > before && record.Entry.Door == door).OrderBy(record => record.Seq).Select(record => record.Entry);
        var jobs = await bot.Get<StateDatabase>().ReadAsync(
            (transaction, token) => transaction.QueryAsync<string>("select kind || ' ' || state || ' ' || request from jobs where door = @door and id > @since order by id", new { door = EnumText.Of(door), since }, token), CancellationToken.None);
        using var shown = await _rest.GetAsync(Api.Answers.Path($"restore-points/{point}"));
        var state = JsonNode.Parse(await shown.Content.ReadAsStringAsync())!;
        return (
            string.Join('\n', entries.Select(entry => Told($"{entry.Action} {EnumText.Of(entry.Outcome)} {(entry.Target == point ? point : "")}"))),
            Told(string.Join('\n', jobs)),
            $"{(int)shown.StatusCode} {state["label"]} {state["components"]?.ToJsonString()} {state["state"]} {state["trust"]} {string.Join(' ', state["pins"]?.AsArray().Select(pin => $"{pin!["kind"]} {pin["reason"]}") ?? [])}");
    }

    private async Task ChatAsync(string step, string point)
    {
        switch (step)
        {
            case "backup":
                await bot.TypeJobAsync("/dr backup --only config --label agree");
                break;
            case "verify":
                await bot.TypeJobAsync($"/dr verify {point}");
                break;
            default:
                Assert.Contains(point[..8], (await bot.TypeAsync($"/dr restore-point {step} {point}{(step == "unpin" ? "" : " --reason agreed")}")).Text, StringComparison.Ordinal);
                break;
        }
    }

    private async Task RestAsync(string step, string point)
    {
        using var answer = step switch
        {
            "backup" => await _rest.PostAsJsonAsync(Api.Answers.Path("backups"), new { label = "agree", components = new[] { "config" } }),
            "verify" => await _rest.PostAsJsonAsync(Api.Answers.Path("verifications"), new { restorePoint = point }),
            "pin" => await _rest.PutAsJsonAsync(Api.Answers.Path($"restore-points/{point}/pin"), new { reason = "agreed" }),
            "unpin" => await _rest.DeleteAsync(Api.Answers.Path($"restore-points/{point}/pin")),
            "hold" => await _rest.PostAsJsonAsync(Api.Answers.Path($"restore-points/{point}/holds"), new { reason = "agreed" }),
            _ => await _rest.DeleteAsync(Api.Answers.Path($"restore-points/{point}")),
        };
        Assert.True(answer.IsSuccessStatusCode, $"{step}: {await answer.Content.ReadAsStringAsync()}");
        if (answer.StatusCode is System.Net.HttpStatusCode.Accepted)
        {
            await bot.EndOfAsync((string)(await Api.Answers.JsonAsync(answer))["id"]!);
        }
    }

    private async Task CommandLineAsync(string step, string point)
    {
        string[] words = step switch
        {
            "backup" => ["backup", "--only", "config", "--label", "agree"],
            "verify" or "forget" => [step, point],
            "unpin" => ["restore-point", step, point],
            _ => ["restore-point", step, point, "--reason", "agreed"],
        };
        var result = await Tool.TryRunAsync(CliFixture.Program, words, bot.ChildSettings);
        Assert.True(result.ExitCode == 0, $"{step}: {result.Error}{result.Output}");
    }
}
