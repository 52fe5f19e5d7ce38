using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using MmDrBot.Access;

namespace MmDrBot.Tests.Api;

/// <summary>One operation as the OpenAPI document describes it.</summary>
internal sealed record ApiOperation(string Method, string Path, JsonNode Description, JsonNode Document)
{
    public string Id => (string)Description["operationId"]!;

    public Permission Permission => EnumText.Parse<Permission>((string)Description["x-required-permission"]!);

    public string? BodyType => Description["requestBody"]?["content"]?.AsObject().First().Key;

    public JsonNode? BodyExample => Description["requestBody"]?["content"]?.AsObject().First().Value!["example"]?.DeepClone();

    public JsonObject BodyProperties => Resolve(Description["requestBody"]?["content"]?.AsObject().First().Value!["schema"])?["properties"]?.AsObject() ?? [];

    internal static async Task<IReadOnlyList<ApiOperation>> ReadAsync(HttpClient client)
    {
        var document = (await client.GetFromJsonAsync<JsonNode>(new Uri("/swagger/v1/swagger.json", UriKind.Relative)))!;
        // Everybody with a key may ask who they are; all else needs a permission.
        return [.. from path in document["paths"]!.AsObject() from method in path.Value!.AsObject() where (string?)method.Value!["operationId"] != "WhoAmI" select new ApiOperation(method.Key.ToUpperInvariant(), path.Key, method.Value!, document)];
    }

    internal IEnumerable<JsonNode> ParametersIn(string place) => Description["parameters"]!.AsArray().Where(parameter => (string?)parameter!["in"] == place).Select(parameter => parameter!);

    /// <summary>The path with this in the place of its parameters, and the query that the operation can't do without.</summary>
    internal Uri Address(string value)
    {
        var path = ParametersIn("path").Aggregate(Path, (text, parameter) => text.Replace($"{{{parameter["name"]}}}", value, StringComparison.Ordinal));
        var query = ParametersIn("query").Where(parameter => (bool?)parameter["required"] is true).Select(parameter => $"{parameter["name"]}={Uri.EscapeDataString(parameter["example"]!.ToString())}");
        return new Uri($"{path}?{string.Join('&', query)}", UriKind.Relative);
    }

    internal HttpRequestMessage Request(Uri address, HttpContent? content) => new(new HttpMethod(Method), address) { Content = content };

    /// <summary>The example, but of a restore point that is not there.</summary>
    internal HttpContent? ExampleContent() => BodyType is null ? null
        : new StringContent(BodyType == "text/csv" ? (string)BodyExample! : BodyExample!.ToJsonString().Replace("\"latest\"", "\"ffffffffffff\"", StringComparison.Ordinal), Encoding.UTF8, BodyType);

    /// <summary>Every example of bodies and answers, with what it is an example of.</summary>
    internal IEnumerable<(string Where, JsonNode? Schema, JsonNode Value)> Examples =>
        from holder in new[] { ("body", Description["requestBody"]) }.Concat(Description["responses"]!.AsObject().Select(answer => (answer.Key, answer.Value)))
        where holder.Item2?["content"] is not null
        from media in holder.Item2!["content"]!.AsObject()
        where media.Value!["example"] is not null
        select (holder.Item1, media.Value!["schema"], media.Value["example"]!);

    /// <summary>What an example has that its schema does not know, and what it lacks.</summary>
    internal IEnumerable<string> MisfitsOf(JsonNode? value, JsonNode? schema, string where)
    {
        var own = Resolve(schema);
        if (value is JsonArray items)
        {
            return own?["items"] is null ? [$"{where} is a list"] : items.SelectMany((item, at) => MisfitsOf(item, own["items"], $"{where}[{at}]"));
        }

        if (value is not JsonObject members || own is null)
        {
            return [];
        }

        var known = own["properties"]?.AsObject() ?? [];
        var others = own["additionalProperties"] as JsonObject;
        var lacking = own["required"]?.AsArray().Select(name => (string)name!).Where(name => !members.ContainsKey(name)).Select(name => $"{where} lacks {name}") ?? [];
        return lacking.Concat(members.SelectMany(member =>
            known[member.Key] is { } property ? MisfitsOf(member.Value, property, $"{where}.{member.Key}")
            : others is not null ? MisfitsOf(member.Value, others, $"{where}.{member.Key}")
            : known.Count == 0 ? []
            : [$"{where} has {member.Key}, which nobody knows"]));
    }

    internal JsonNode? Resolve(JsonNode? schema) => (string?)schema?["$ref"] is { } reference ? Document["components"]!["schemas"]![reference.Split('/')[^1]] : schema?["oneOf"] is JsonArray { Count: > 0 } choices ? Resolve(choices[^1]) : schema;
}
