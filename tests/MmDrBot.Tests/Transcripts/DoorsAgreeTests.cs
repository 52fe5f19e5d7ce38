using System.Net.Http.Json;
using MmDrBot.Access;
using MmDrBot.Data;
using MmDrBot.Sso;
using MmDrBot.TestKit.Tools;
using MmDrBot.Tests.Cli;
using MmDrBot.Tests.Sso;

namespace MmDrBot.Tests.Transcripts;

/// <summary>One story through chat, by REST and on the command line: the state and the audit are the same afterwards, but for who did it.</summary>
public sealed class DoorsAgreeTests(OpenSsoFixture sso) : IClassFixture<OpenSsoFixture>
{
    [Fact]
    public async Task An_outage_leaves_the_same_state_and_the_same_audit_whatever_the_door()
    {
        var byChat = await StoryAsync(Door.Chat, ChatAsync);
        var byRest = await StoryAsync(Door.Rest, RestAsync);
        var byCommandLine = await StoryAsync(Door.Cli, CommandLineAsync);

        Assert.Contains("account.converted succeeded", byChat.Audit);
        Assert.Equal(byChat.Audit, byRest.Audit);
        Assert.Equal(byChat.Audit, byCommandLine.Audit);
        Assert.Equal(byChat.Rows, byRest.Rows);
        Assert.Equal(byChat.Rows, byCommandLine.Rows);
    }

    /// <summary>The outage that the fixture opened is closed and opened anew by each door; in between one person is converted, helped again and brought back, another is left for the end.</summary>
    private async Task<(IReadOnlyList<string> Audit, IReadOnlyList<string> Rows)> StoryAsync(Door door, Func<string, string, Task> act)
    {
        var (helped, left) = (await sso.PersonAsync(), await sso.PersonAsync());
        var before = (await sso.AuditAsync())[0].Seq;

        await act("close", "");
        await act("open", "");
        await act("convert", helped.Username);
        await act("convert", left.Username);
        await act("deliver", helped.Username);
        await act("revert", helped.Username);
        await act("close", "");
        await act("open", "");

        foreach (var person in new[] { helped, left })
        {
            await sso.AssertBoundAsync(person);
        }

        var entries = (await sso.AuditAsync()).Where(record => record.Seq > before).OrderBy(record => record.Seq).Select(record => record.Entry).Where(entry => entry.Door == door).ToArray();
        var ids = new[] { helped.Id, left.Id };
        var rows = (await sso.Get<StateDatabase>().ReadAsync((transaction, token) => transaction.QueryAsync<ConversionRow>("select * from conversions order by created_at", null, token), CancellationToken.None)).Where(row => ids.Contains(row.UserId));
        return (
            [.. entries.Select(entry => $"{entry.Action} {EnumText.Of(entry.Outcome)}")],
            [.. rows.Select(row => $"{row.State} {row.AuthService} {row.Ticket} {row.Delivery} {row.Problem}")]);
    }

    private async Task ChatAsync(string step, string user)
    {
        var line = step switch
        {
            "open" => "sso open gitlab --ticket INC-70 --reason away",
            "close" => "sso close gitlab",
            "convert" => $"sso convert @{user} --ticket INC-71 --deliver one-time-link",
            "deliver" => $"sso deliver @{user}",
            _ => $"sso revert @{user}",
        };
        var outcome = await sso.Mattermost.ExecuteCommandAsync(sso.Admin, sso.Room, $"/dr {line}", CancellationToken.None);
        Assert.True(outcome.Status == 200 && !outcome.Text.Contains("Next: ask", StringComparison.Ordinal) && !outcome.Text.Contains("nothing", StringComparison.OrdinalIgnoreCase), $"{step}: {outcome.Text}");
    }

    private async Task RestAsync(string step, string user)
    {
        var (path, body) = step switch
        {
            "open" => ("sso-outages", (object)new { service = "gitlab", ticket = "INC-70", reason = "away" }),
            "close" => ("sso-outages/gitlab/close", new { }),
            "convert" => ("sso-conversions", new { users = new[] { user }, ticket = "INC-71", deliver = "one-time-link" }),
            "deliver" => ($"sso-conversions/{user}/deliver", new { }),
            _ => ("sso-conversions/revert", new { users = new[] { user } }),
        };
        using var answer = await sso.Rest.PostAsJsonAsync($"/api/v1/{path}", body);
        Assert.True(answer.IsSuccessStatusCode, $"{step}: {await answer.Content.ReadAsStringAsync()}");
    }

    private async Task CommandLineAsync(string step, string user)
    {
        string[] words = step switch
        {
            "open" => ["sso", "open", "gitlab", "--ticket", "INC-70", "--reason", "away"],
            "close" => ["sso", "close", "gitlab"],
            "convert" => ["sso", "convert", user, "--ticket", "INC-71", "--deliver", "one-time-link"],
            "deliver" => ["sso", "deliver", user],
            _ => ["sso", "revert", user],
        };
        var result = await Tool.TryRunAsync(CliFixture.Program, words, sso.ChildSettings);
        Assert.True(result.ExitCode == 0, $"{step}: {result.Error}{result.Output}");
    }
}
