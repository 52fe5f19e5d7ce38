using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MmDrBot.Access;
using MmDrBot.Features.ApiAccess;
using MmDrBot.Tests.Host;
using static MmDrBot.Tests.Api.Answers;

namespace MmDrBot.Tests.Api;

[Collection(BotCollection.Name)]
public sealed class ApiKeysApiTests(BotFixture bot)
{
    [Fact]
    public async Task A_key_is_made_used_rotated_with_an_overlap_and_revoked()
    {
        using var client = bot.Client(bot.FullKey);
        using var made = await client.PostAsJsonAsync(Path("api-keys"), new { name = "monitoring", permissions = new[] { "view_status" }, days = 30 });
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        Assert.True(made.Headers.CacheControl!.NoStore);
        var (secret, prefix) = await IssuedAsync(made);
        await AssertOpensAsync(secret, HttpStatusCode.OK);

        using var rotated = await client.PostAsJsonAsync(Path($"api-keys/{prefix}/rotate"), new { overlapHours = 2 });
        var (next, nextPrefix) = await IssuedAsync(rotated);
        await AssertOpensAsync(secret, HttpStatusCode.OK);
        await AssertOpensAsync(next, HttpStatusCode.OK);
        var old = (await client.GetFromJsonAsync<JsonNode>(Path($"api-keys/{prefix}")))!;
        Assert.Equal(nextPrefix, (string?)old["replacedBy"]);
        Assert.InRange((DateTimeOffset)old["expiresAt"]! - DateTimeOffset.UnixEpoch, TimeSpan.Zero, TimeProvider.System.GetUtcNow().AddHours(2) - DateTimeOffset.UnixEpoch);
        using var again = await client.PostAsJsonAsync(Path($"api-keys/{prefix}/rotate"), new { });
        await ProblemAsync(again, HttpStatusCode.Conflict, "conflict");

        using var revoked = await client.DeleteAsync(Path($"api-keys/{nextPrefix}"));
        Assert.Equal("revoked", (string?)(await JsonAsync(revoked))["state"]);
        await AssertOpensAsync(next, HttpStatusCode.Unauthorized);
        Assert.Equal(["api_key.revoked", "api_key.created"], (await bot.AuditAsync()).Where(record => record.Entry.Target == $"api-key:{nextPrefix}").Select(record => record.Entry.Action).Append("api_key.created").Distinct());
    }

    [Fact]
    public async Task A_rotation_without_an_overlap_ends_the_old_key_at_once()
    {
        using var client = bot.Client(bot.FullKey);
        var secret = await bot.NewKeyAsync(Permission.ViewStatus);

        using var rotated = await client.PostAsJsonAsync(Path($"api-keys/{PrefixOf(secret)}/rotate"), new { overlapHours = 0 });

        Assert.Equal(HttpStatusCode.Created, rotated.StatusCode);
        await AssertOpensAsync(secret, HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("restore")]
    [InlineData("manage_api_keys")]
    public async Task A_key_that_manages_keys_gives_no_more_than_it_holds_and_makes_none_of_its_kind(string permission)
    {
        using var client = bot.Client(await bot.NewKeyAsync(Permission.ManageApiKeys, Permission.ViewStatus));

        using var answer = await client.PostAsJsonAsync(Path("api-keys"), new { name = "x", permissions = new[] { permission } });
        using var allowed = await client.PostAsJsonAsync(Path("api-keys"), new { name = "x", permissions = new[] { "view_status" } });

        await ProblemAsync(answer, HttpStatusCode.Forbidden, "forbidden");
        Assert.Equal(HttpStatusCode.Created, allowed.StatusCode);
    }

    [Fact]
    public async Task A_key_that_manages_keys_gets_no_secret_of_a_stronger_one_by_rotating_it()
    {
        using var client = bot.Client(await bot.NewKeyAsync(Permission.ManageApiKeys));
        var stronger = await bot.NewKeyAsync(Permission.Restore);

        using var answer = await client.PostAsJsonAsync(Path($"api-keys/{PrefixOf(stronger)}/rotate"), new { });

        await ProblemAsync(answer, HttpStatusCode.Forbidden, "forbidden");
        await AssertOpensAsync(stronger, HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task What_an_expiring_key_makes_does_not_outlive_it()
    {
        var keys = bot.Get<ManageApiKeys>();
        var manager = await keys.CreateAsync(new("short", new HashSet<Permission> { Permission.ManageApiKeys, Permission.ViewStatus }, keys.ExpiryIn(2)), Actor.System, CancellationToken.None);
        var endless = await bot.NewKeyAsync(Permission.ViewStatus);
        using var client = bot.Client(manager.Secret);

        foreach (var days in new int?[] { null, 3 })
        {
            using var longer = await client.PostAsJsonAsync(Path("api-keys"), new { name = "x", permissions = new[] { "view_status" }, days });
            await ProblemAsync(longer, HttpStatusCode.Forbidden, "forbidden");
        }

        using var rotated = await client.PostAsJsonAsync(Path($"api-keys/{PrefixOf(endless)}/rotate"), new { });
        await ProblemAsync(rotated, HttpStatusCode.Forbidden, "forbidden");
        using var shorter = await client.PostAsJsonAsync(Path("api-keys"), new { name = "x", permissions = new[] { "view_status" }, days = 1 });
        Assert.Equal(HttpStatusCode.Created, shorter.StatusCode);
    }

    [Fact]
    public async Task A_change_on_a_condition_is_refused_when_the_key_has_changed_meanwhile()
    {
        using var client = bot.Client(bot.FullKey);
        var prefix = PrefixOf(await bot.NewKeyAsync(Permission.ViewStatus));
        using var seen = await client.GetAsync(Path($"api-keys/{prefix}"));
        using var rotated = await client.PostAsJsonAsync(Path($"api-keys/{prefix}/rotate"), new { });

        using var stale = await DeleteAsync(client, prefix, seen.Headers.ETag!);
        await ProblemAsync(stale, HttpStatusCode.PreconditionFailed, "stale");
        using var fresh = await client.GetAsync(Path($"api-keys/{prefix}"));
        using var revoked = await DeleteAsync(client, prefix, fresh.Headers.ETag!);

        Assert.NotEqual(seen.Headers.ETag, fresh.Headers.ETag);
        Assert.Equal(HttpStatusCode.OK, revoked.StatusCode);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"name\":\"x\"}")]
    [InlineData("{\"name\":\"x\",\"permissions\":[\"everything\"]}")]
    [InlineData("{\"name\":\"x\",\"permissions\":[null]}")]
    [InlineData("{\"name\":\"a\\nb\",\"permissions\":[\"view_status\"]}")]
    [InlineData("{\"name\":\"x\",\"permissions\":[\"view_status\"],\"days\":0}")]
    [InlineData("{\"name\":\"x\",\"permissions\":[\"view_status\"],\"days\":2147483647}")]
    public async Task A_key_that_can_not_be_answers_400(string body)
    {
        using var client = bot.Client(bot.FullKey);
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        using var answer = await client.PostAsync(Path("api-keys"), content);

        await ProblemAsync(answer, HttpStatusCode.BadRequest, "invalid");
    }

    private static string PrefixOf(string secret) => secret["mmdr_".Length..][..8];

    private static async Task<(string Secret, string Prefix)> IssuedAsync(HttpResponseMessage answer)
    {
        var issued = await JsonAsync(answer);
        return ((string)issued["secret"]!, (string)issued["key"]!["prefix"]!);
    }

    private async Task AssertOpensAsync(string secret, HttpStatusCode status)
    {
        using var client = bot.Client(secret);
        using var answer = await client.GetAsync(Path("status"));
        Assert.Equal(status, answer.StatusCode);
    }

    private static async Task<HttpResponseMessage> DeleteAsync(HttpClient client, string prefix, EntityTagHeaderValue version)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, Path($"api-keys/{prefix}"));
        request.Headers.IfMatch.Add(version);
        return await client.SendAsync(request);
    }
}
