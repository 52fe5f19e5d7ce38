using MmDrBot.TestKit.Mattermost;

namespace MmDrBot.Mattermost.Tests;

public sealed class MattermostVersionTests
{
    [Theory]
    [InlineData("5.37.0.dev.236ff5c449983a2dd7774a6a8f4dd4d5.false", "5.37.0")]
    [InlineData("11.10.2.11.10.2.aa.true", "11.10.2")]
    public void The_header_begins_with_the_release(string header, string release) => Assert.Equal(release, MattermostVersion.Parse(header)?.ToString());

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("5.37")]
    [InlineData("x.37.0")]
    [InlineData("-5.37.0")]
    public void Anything_else_is_no_version(string? header) => Assert.Null(MattermostVersion.Parse(header));

    [Fact]
    public void Releases_compare_by_number()
    {
        var version = new MattermostVersion(10, 9, 3);

        Assert.True(version.IsAtLeast(10, 9));
        Assert.True(version.IsAtLeast(9, 11));
        Assert.False(version.IsAtLeast(10, 11));
        Assert.True(new MattermostVersion(10, 10, 0).CompareTo(version) > 0);
    }

    [Fact]
    public async Task Every_answer_tells_the_version_errors_too()
    {
        await using var server = await MattermostStandIn.StartAsync(new() { Version = "11.10.2" }, CancellationToken.None);
        await using var client = new Client(server.Url, "wrong0token0wrong0token0wr");
        Assert.Null(client.Server.Version);

        await Assert.ThrowsAsync<MattermostApiException>(() => client.Api.GetMeAsync(CancellationToken.None));

        Assert.Equal(new MattermostVersion(11, 10, 2), client.Server.Version);
    }
}
