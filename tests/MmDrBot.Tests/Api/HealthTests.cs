using System.Net;
using MmDrBot.Tests.Host;

namespace MmDrBot.Tests.Api;

[Collection(BotCollection.Name)]
public sealed class HealthTests(BotFixture bot)
{
    [Theory]
    [InlineData("/healthz/live")]
    [InlineData("/healthz/ready")]
    public async Task Supervisors_need_no_key(string path)
    {
        using var client = bot.Client();

        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }
}
