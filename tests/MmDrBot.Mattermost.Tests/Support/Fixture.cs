using System.Text.Json.Nodes;

namespace MmDrBot.Mattermost.Tests;

/// <summary>An answer of Mattermost 5.37: its status, its fields and their kinds, and the ids and words of errors.</summary>
internal sealed record Fixture(int Status, JsonNode Body)
{
    public static Fixture Read(string name)
    {
        using var stream = typeof(Fixture).Assembly.GetManifestResourceStream(name)!;
        var json = JsonNode.Parse(stream)!;

        return new((int)json["status"]!, json["body"]!);
    }

    public async Task AssertLikeAsync(HttpResponseMessage answer)
    {
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;

        Assert.Equal(Status, (int)answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.True(answer.Headers.Contains("X-Version-Id"));
        Assert.True(answer.Headers.Contains("X-Request-Id"));
        Assert.Equal(Shape(Body), Shape(body));

        if (Status >= 400)
            Assert.Equal(Words(Body), Words(body));
    }

    private static (string?, string?, int?) Words(JsonNode body) => ((string?)body["id"], (string?)body["message"], (int?)body["status_code"]);

    // What notify_props holds differs between accounts.
    private static string Shape(JsonNode? node) => node switch
    {
        JsonObject fields => $"{{{string.Join(',', fields.Where(field => field.Key != "notify_props").Select(field => $"{field.Key}:{Shape(field.Value)}").Order(StringComparer.Ordinal))}}}",
        JsonArray { Count: 0 } => "[]",
        JsonArray items => $"[{Shape(items[0])}]",
        null => "null",
        _ => node.GetValueKind().ToString().Replace("True", "Bool", StringComparison.Ordinal).Replace("False", "Bool", StringComparison.Ordinal),
    };
}
