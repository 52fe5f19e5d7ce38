using System.Net;
using MmDrBot.Access;
using MmDrBot.Features.ApiAccess;
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

    [Fact]
    public async Task Every_operation_has_a_name_words_a_permission_examples_and_problems()
    {
        using var client = bot.Client();
        var operations = await ApiOperation.ReadAsync(client);

        Assert.Equal(operations.Count, operations.Select(operation => operation.Id).Distinct().Count());
        Assert.All(operations, operation =>
        {
            Assert.NotEmpty((string)operation.Description["summary"]!);
            Assert.Contains($"`{EnumText.Of(operation.Permission)}`", (string)operation.Description["description"]!, StringComparison.Ordinal);
            Assert.Single(operation.Description["tags"]!.AsArray());
            Assert.Equal(operation.BodyType is null, operation.BodyExample is null);
            Assert.All(operation.Description["parameters"]!.AsArray(), parameter => Assert.NotEmpty((string)parameter!["description"]!));
            var errors = operation.Description["responses"]!.AsObject().Where(response => response.Key[0] is '4' or '5').ToArray();
            Assert.All(errors, response => Assert.Equal("#/components/schemas/Problem", (string?)operation.Document["components"]!["responses"]![((string)response.Value!["$ref"]!).Split('/')[^1]]!["content"]!["application/problem+json"]!["schema"]!["$ref"]));
            Assert.Superset(new HashSet<string> { "400", "401", "403", "429", "500", "503" }, errors.Select(response => response.Key).ToHashSet());
        });
    }

    [Fact]
    public async Task Every_example_fits_its_schema_and_every_tag_is_described()
    {
        using var client = bot.Client();
        var operations = await ApiOperation.ReadAsync(client);
        var described = operations[0].Document["tags"]!.AsArray().Select(tag => (string)tag!["name"]!).ToHashSet();

        Assert.All(operations, operation => Assert.Contains((string)operation.Description["tags"]![0]!, described));
        var examples = operations.SelectMany(operation => operation.Examples.Select(example => (operation, example.Where, example.Schema, example.Value))).ToArray();
        Assert.InRange(examples.Length, 60, 1000);
        Assert.All(examples, example => Assert.Empty(example.operation.MisfitsOf(example.Value, example.Schema, $"{example.operation.Id} {example.Where}")));
    }

    [Fact]
    public async Task The_permission_in_the_description_is_the_one_without_which_the_operation_is_refused()
    {
        using var client = bot.Client();
        foreach (var operation in await ApiOperation.ReadAsync(client))
        {
            using var without = bot.Client(await bot.NewKeyAsync([.. ManageApiKeys.Grantable.Where(permission => permission != operation.Permission)]));
            using var content = operation.ExampleContent();
            using var request = operation.Request(operation.Address("zzzz"), content);

            using var answer = await without.SendAsync(request);

            var problem = await Answers.ProblemAsync(answer, HttpStatusCode.Forbidden, "forbidden");
            Assert.Contains($"\"{EnumText.Of(operation.Permission)}\"", (string)problem["detail"]!, StringComparison.Ordinal);
        }
    }
}
