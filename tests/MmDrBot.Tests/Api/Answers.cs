using System.Net;
using System.Text.Json.Nodes;

namespace MmDrBot.Tests.Api;

/// <summary>What tests of the REST door ask of its answers.</summary>
internal static class Answers
{
    internal static Uri Path(string path) => new("/api/v1/" + path, UriKind.Relative);

    internal static async Task<JsonNode> JsonAsync(HttpResponseMessage answer) => JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;

    internal static async Task<JsonNode> ProblemAsync(HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(status == answer.StatusCode, $"{answer.StatusCode}: {text}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = JsonNode.Parse(text)!;
        Assert.Equal(("urn:mmdr:problem:" + code.Replace('_', '-'), code, (int)status), ((string?)problem["type"], (string?)problem["code"], (int?)problem["status"]));
        Assert.Equal("/problems/" + code.Replace('_', '-'), (string?)problem["help"]);
        Assert.NotEmpty((string)problem["title"]!);
        Assert.NotEmpty((string)problem["detail"]!);
        return problem;
    }
}
