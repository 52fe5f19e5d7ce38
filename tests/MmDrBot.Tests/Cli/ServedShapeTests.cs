using System.Text.Json.Nodes;
using MmDrBot.Data;
using MmDrBot.Tests.Host;
using MmDrBot.Tests.Sso;
using MmDrBot.Verbs;

namespace MmDrBot.Tests.Cli;

/// <summary>The shapes of what needs a Mattermost, or a service at work beside it.</summary>
[Collection(BotCollection.Name)]
public sealed class ServedShapeTests(BotFixture bot)
{
    [Theory]
    [InlineData("whoami")]
    [InlineData("doctor")]
    [InlineData("repositories")]
    [InlineData("jobs")]
    [InlineData("second-factor enroll shapely", "second-factor list", "second-factor remove shapely")]
    public async Task A_verb_prints_what_is_documented(params string[] lines)
    {
        await bot.AnyRestorePointAsync();
        foreach (var line in lines)
        {
            await RunAsync(line);
        }
    }

    [Fact]
    public async Task So_do_those_around_approvals_and_alarms()
    {
        await bot.Get<StateDatabase>().InTransactionAsync(
            async (transaction, token) =>
            {
                var row = new { now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), later = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeMilliseconds() };
                foreach (var id in new[] { "ap-shapeshape", "ap-shapeother" })
                {
                    await transaction.ExecuteAsync(
                        $"insert into approvals (id, operation, summary, request, request_hash, permission, requested_by, created_at, expires_at, state) values ('{id}', 'prune', 'Prune.', '{{}}', '{id}', 'manage_repository', 'mattermost:somebody', @now, @later, 'waiting')", row, token);
                }

                await transaction.ExecuteAsync(
                    "insert into alarms (id, source, alarm_key, kind, severity, subject, message, cure, opened_at, seen_at) values ('al-shapeshape', 'shapes', 'shape', 'job_failed', 'warning', 'shape', 'A shape.', 'Turn it.', @now, @now)", row, token);
            },
            CancellationToken.None);

        foreach (var line in new[] { "approvals", "approvals ap-shapeshape", "approve ap-shapeshape", "deny ap-shapeother", "alarms", "alarms al-shapeshape", "alarm ack al-shapeshape --note mine" })
        {
            await RunAsync(line);
        }

        await bot.Get<StateDatabase>().InTransactionAsync((transaction, token) => transaction.ExecuteAsync("delete from alarms where source = 'shapes'", null, token), CancellationToken.None);
    }

    [Fact]
    public async Task So_do_a_rotated_key_and_a_cancelled_job()
    {
        var made = await RunAsync("api-key create shapely");
        var rotated = await RunAsync($"api-key rotate {made["prefix"]}");
        await RunAsync($"api-key revoke {rotated["prefix"]}");

        await using (await bot.HoldBackupsAsync())
        {
            var id = BotFixture.JobIdIn((await bot.TypeAsync("/dr backup --only database")).Text);
            await RunAsync($"cancel {id}");
            await bot.EndOfAsync(id);
        }
    }

    private Task<JsonNode> RunAsync(string line) => DocumentedShapes.RunAsync(bot.Get<IEnumerable<Verb>>(), line);
}

/// <summary>The shapes of an outage from its opening to its report, and of the registration.</summary>
public sealed class OutageShapeTests(OpenSsoFixture sso) : IClassFixture<OpenSsoFixture>
{
    [Fact]
    public async Task An_outage_prints_what_is_documented()
    {
        var (helped, left) = (await sso.PersonAsync(), await sso.PersonAsync());
        foreach (var line in new[]
        {
            $"sso convert {helped.Username} {left.Username} nobody-here --ticket INC-1 --deliver one-time-link", $"sso deliver {helped.Username}", "sso status", "sso outlook --names", "sso reconcile", "sso report",
            $"sso revert {helped.Username}", "sso recover", $"sso sign-off {left.Username} --reason stays", "sso close gitlab", "sso open gitlab --ticket INC-2 --reason again", "sso status --all", "sso report",
            "mattermost register --all-teams", "mattermost unregister",
        })
        {
            await DocumentedShapes.RunAsync(sso.Get<IEnumerable<Verb>>(), line);
        }
    }
}
