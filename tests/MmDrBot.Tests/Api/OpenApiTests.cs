using MmDrBot.TestKit.Tools;
using MmDrBot.Tests.Host;

namespace MmDrBot.Tests.Api;

[Collection(BotCollection.Name)]
public sealed class OpenApiTests(BotFixture bot)
{
    [Fact]
    public async Task The_document_in_docs_is_what_the_service_serves()
    {
        using var client = bot.Client();
        var served = (await client.GetStringAsync(new Uri("/swagger/v1/swagger.json", UriKind.Relative))).ReplaceLineEndings("\n").TrimEnd() + "\n";
        var file = RepositoryRoot.File("docs/openapi.json");

        if (Environment.GetEnvironmentVariable("MMDR_UPDATE_OPENAPI") == "1")
        {
            await File.WriteAllTextAsync(file, served);
        }

        Assert.True(File.Exists(file) && await File.ReadAllTextAsync(file) == served, "docs/openapi.json is out of date: run this test with MMDR_UPDATE_OPENAPI=1, and look at what changed.");
    }
}
