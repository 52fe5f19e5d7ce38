using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MmDrBot.TestKit.Mattermost;

namespace MmDrBot.Tests.Doors;

/// <summary>
/// The program as its users meet it: everything goes through a server's own API, so that the same story runs on a real Mattermost.
/// What one person alone is shown comes by their websocket.
/// </summary>
public sealed class ProductOnMattermostTests
{
    public static TheoryData<string> Servers => ServedProduct.Servers;

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task It_registers_by_itself_and_answers_what_is_typed(string server)
    {
        await using var product = await ServedProduct.FurnishAsync(server);
        var made = await product.MakeBotAsync();
        Assert.Equal(("created", "created"), ((string?)made["bot"]!["change"], (string?)made["teams"]![0]!["outcome"]));

        await product.MustAsync("mattermost", "unregister");
        Assert.Equal(404, (await product.Admin.TypeAsync("/dr help")).Status);
        await product.ServeAsync();
        await AnswersAsync(product);

        Assert.Contains("You may:", Text(await product.Admin.TypeAsync("/DR whoami")), StringComparison.Ordinal);
        Assert.Contains("**admin**", Text(await product.Admin.TypeAsync("/dr\nwhoami")), StringComparison.Ordinal);
        Assert.Contains("no role", Text(await product.Plain.TypeAsync("/dr whoami")), StringComparison.Ordinal);
        Assert.Contains("have no role", Text(await product.Plain.TypeAsync("/dr backup")), StringComparison.Ordinal);
        Assert.Contains("restore-points", Text(await product.Admin.TypeAsync("/dr restore-pionts")), StringComparison.Ordinal);
        Assert.Equal("unchanged", (string?)(await product.JsonAsync("mattermost", "register"))["teams"]![0]!["outcome"]);
        Assert.All(await product.DoctorAsync("chat"), finding => Assert.True((string?)finding["state"] == "ok", finding.ToJsonString()));

        await product.StopAsync();
        await product.MustAsync("mattermost", "unregister", "--token");
        Assert.Equal(404, (await product.Admin.TypeAsync("/dr help")).Status);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_backup_begins_in_its_form_and_is_verified_by_a_click_below_its_post(string server)
    {
        await using var product = await ServedProduct.FurnishAsync(server);
        var (admin, plain) = (product.Admin, product.Plain);
        await StartAsync(product);

        Assert.Equal("", Text(await admin.TypeAsync("/dr backup --ask")));
        var form = await ServedProduct.FormAsync(admin, 0, "Take a backup");
        var wrong = await admin.SubmitAsync(form, new JsonObject { ["--label"] = new string('x', 65), ["--only"] = null });
        Assert.Contains("at most 64", (string?)wrong.Body!["errors"]!["--label"], StringComparison.Ordinal);
        Assert.Contains("for somebody else", (string?)(await plain.SubmitAsync(form, [])).Body!["error"], StringComparison.Ordinal);
        AssertCloses(await admin.SubmitAsync(form, new JsonObject { ["--label"] = "nightly", ["--only"] = null }));
        Assert.Contains("used already", (string?)(await admin.SubmitAsync(form, new JsonObject { ["--label"] = "again" })).Body!["error"], StringComparison.Ordinal);
        await ServedProduct.WhisperAsync(admin, "**Backup**");

        var post = await product.PostAsync("Verify", ["**Backup**", "succeeded"]);
        Assert.DoesNotContain("invitation", post.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(200, (await plain.ClickAsync(post, "Verify")).Status);
        await ServedProduct.WhisperAsync(plain, "which you do not have");
        Assert.Equal(200, (await admin.ClickAsync(post, "Show")).Status);
        await ServedProduct.WhisperAsync(admin, "label `nightly`");
        Assert.Equal(200, (await admin.ClickAsync(post, "Verify")).Status);
        var below = await product.PostAsync("**Verification**", "succeeded");
        Assert.Equal((string?)post["id"], (string?)below["root_id"]);
        await ForgeAsync(product);

        Assert.Equal(["backup", "verify"], (await JobsAsync(product)).Order(StringComparer.Ordinal));
        var audit = await product.AuditAsync();
        Assert.Contains($"mattermost:{admin.Username} backup.started", audit);
        Assert.Contains(audit, entry => entry.EndsWith("interaction.refused", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task An_outage_is_opened_in_its_form_converts_at_a_click_and_brings_everybody_back(string server)
    {
        await using var product = await ServedProduct.FurnishAsync(server);
        var admin = product.Admin;
        await StartAsync(product);
        var person = await product.Accounts.MakeAsync("gitlab");

        Assert.Equal("", Text(await admin.TypeAsync("/dr sso open gitlab")));
        var opening = await ServedProduct.FormAsync(admin, 0, "Open an outage");
        AssertCloses(await admin.SubmitAsync(opening, new JsonObject { ["SERVICE"] = "gitlab", ["--ticket"] = "INC-1", ["--reason"] = "it is away", ["--mail-depends"] = "true", ["--force"] = false }));
        var news = await product.PostAsync("Close outage", ["**The outage of gitlab is open**"]);

        Assert.Equal(200, (await admin.ClickAsync(news, "Convert somebody")).Status);
        var converting = await ServedProduct.FormAsync(admin, 1, "Convert accounts");
        AssertCloses(await admin.SubmitAsync(converting, new JsonObject { ["USER"] = person.Id, ["MORE"] = "", ["--ticket"] = "INC-2", ["--deliver"] = "one-time-link" }));
        var link = Regex.Match(await ServedProduct.WhisperAsync(admin, "Link: "), "Link: `(http[^`]*/sso/claim#[0-9a-z]+)`").Groups[1].Value;
        Assert.NotEmpty(link);
        Assert.DoesNotContain(link, await product.PreviewedLinksAsync());
        Assert.Equal("", (await product.Accounts.RowAsync(person.Id)).AuthService);
        Assert.DoesNotContain(await admin.PostsAsync(), post => ((string)post["message"]!).Contains("Link:", StringComparison.Ordinal));

        Assert.Equal(200, (await product.Plain.ClickAsync(news, "Close outage")).Status);
        await ServedProduct.WhisperAsync(product.Plain, "which you do not have");
        Assert.Equal(200, (await admin.ClickAsync(news, "Close outage")).Status);
        await product.PostAsync("**The outage of gitlab is closed**");
        var row = await product.Accounts.RowAsync(person.Id);
        Assert.Equal(("gitlab", person.AuthData, ""), (row.AuthService, row.AuthData, row.Password));
    }

    private static async Task StartAsync(ServedProduct product)
    {
        await product.MakeBotAsync();
        await product.ServeAsync();
        await AnswersAsync(product);
    }

    private static Task AnswersAsync(ServedProduct product) => Data.Eventually.IsTrueAsync(async () => (await product.Admin.TypeAsync("/dr help")) is { Status: 200 } answer && Text(answer).Contains("/dr help", StringComparison.Ordinal));

    /// <summary>Anybody can post a button that leads to the service: a click on it, an administrator's too, proves nothing.</summary>
    private static async Task ForgeAsync(ServedProduct product)
    {
        var address = new Uri(new Uri(product.Address), "/mattermost/actions").AbsoluteUri;
        var button = new JsonObject { ["id"] = "go", ["name"] = "Go", ["integration"] = new JsonObject { ["url"] = address, ["context"] = new JsonObject { ["invitation"] = "eyJ9.AAAA" } } };
        var body = new JsonObject { ["channel_id"] = product.Scene.ChannelId, ["message"] = "harmless", ["props"] = new JsonObject { ["attachments"] = new JsonArray(new JsonObject { ["actions"] = new JsonArray(button) }) } };
        var forged = (await product.Plain.MustAsync("POST", "posts", body)).AsObject();

        Assert.Equal(200, (await product.Admin.ClickAsync(forged, "Go")).Status);
        await ServedProduct.WhisperAsync(product.Admin, "none of MmDrBot's buttons");
    }

    private static async Task<IEnumerable<string>> JobsAsync(ServedProduct product) => ((JsonArray)await product.JsonAsync("jobs", "--limit", "20")).Select(job => (string)job!["kind"]!);

    private static string Text(WireAnswer answer) => answer.Status == 200 ? (string?)answer.Body!["text"] ?? "" : $"{answer.Status} {answer.Body}";

    private static void AssertCloses(WireAnswer answer) =>
        Assert.True(answer.Status == 200 && string.IsNullOrEmpty((string?)answer.Body!["error"]) && answer.Body["errors"] is null or JsonObject { Count: 0 }, $"{answer.Status} {answer.Body}");
}
