namespace MmDrBot.Mattermost.Tests;

public sealed class MattermostClientOptionsTests
{
    [Theory]
    [InlineData("ftp://chat.example.com")]
    [InlineData("https://user:pw@chat.example.com")]
    [InlineData("https://chat.example.com/?x=1")]
    [InlineData("file:///etc/passwd")]
    public async Task An_address_that_is_no_plain_web_address_is_refused(string url)
    {
        await using var client = new Client(new Uri(url), "t");

        Assert.Throws<ArgumentException>(() => client.Api);
    }

    [Fact]
    public async Task A_server_below_a_path_is_called_below_it()
    {
        await using var server = await LoopbackServer.StartAsync(200, "application/json", """{"status":"OK"}""");
        await using var client = new Client(new Uri(server.Url, "/mattermost"), "t");

        await client.Api.GetServerStatusAsync(CancellationToken.None);

        Assert.Equal("/mattermost/api/v4/system/ping", Assert.Single(server.Requests).Path);
    }

    [Fact]
    public async Task What_stands_in_a_path_cannot_leave_it()
    {
        await using var server = await LoopbackServer.StartAsync(404, "application/json", "{}");
        await using var client = new Client(server.Url, "t");

        await Assert.ThrowsAsync<MattermostApiException>(() => client.Api.GetUserByUsernameAsync("../me?x=#y", CancellationToken.None));

        Assert.StartsWith("/api/v4/users/username/", Assert.Single(server.Requests).Path, StringComparison.Ordinal);
    }
}
