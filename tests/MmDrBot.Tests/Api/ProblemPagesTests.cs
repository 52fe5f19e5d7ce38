using System.Net;
using MmDrBot.Access;
using MmDrBot.Api;
using MmDrBot.TestKit.Tools;
using MmDrBot.Tests.Host;

namespace MmDrBot.Tests.Api;

[Collection(BotCollection.Name)]
public sealed class ProblemPagesTests(BotFixture bot)
{
    [Fact]
    public async Task The_page_in_docs_is_what_the_service_says()
    {
        var file = RepositoryRoot.File("docs/problems.md");
        if (Environment.GetEnvironmentVariable("MMDR_UPDATE_OPENAPI") == "1")
        {
            await File.WriteAllTextAsync(file, ProblemPages.Markdown());
        }

        Assert.True(File.Exists(file) && await File.ReadAllTextAsync(file) == ProblemPages.Markdown(), "docs/problems.md is out of date: run this test with MMDR_UPDATE_OPENAPI=1.");
    }

    [Fact]
    public void Every_kind_in_the_source_is_on_the_page_and_has_a_code_of_its_own()
    {
        var kinds = typeof(ProblemKinds).GetFields(System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Public).Select(field => field.GetValue(null)).OfType<ProblemKind>().ToArray();

        Assert.Equal(kinds.Select(kind => kind.Code).Order(), ProblemKinds.All.Select(kind => kind.Code).Order());
        Assert.Equal(kinds.Length, kinds.Select(kind => kind.Code).Distinct().Count());
        Assert.All(Enum.GetValues<RefusalReason>(), reason => Assert.Equal(EnumText.Of(reason), ProblemKinds.Of(reason).Code));
    }

    [Fact]
    public async Task Each_problem_is_explained_at_its_own_address()
    {
        using var client = bot.Client();
        var all = await client.GetStringAsync(new Uri("/problems", UriKind.Relative));

        foreach (var kind in ProblemKinds.All)
        {
            using var page = await client.GetAsync(new Uri(kind.Help, UriKind.Relative));
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
            Assert.Contains(kind.Type, await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            Assert.Contains($"id=\"{kind.Slug}\"", all, StringComparison.Ordinal);
        }

        using var none = await client.GetAsync(new Uri("/problems/%3Cscript%3E", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
        Assert.DoesNotContain("<script", await none.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
