using System.Text;
using System.Text.Json.Nodes;

namespace MmDrBot.Tests.Api;

/// <summary>Bodies that nobody in good faith sends, made from what an operation takes.</summary>
internal static class HostileBodies
{
    private static readonly string Huge = new('x', 20_000);

    /// <summary>JSON of values for any member: of wrong types, out of range, and with what does harm elsewhere.</summary>
    internal static IReadOnlyList<string> Values { get; } =
    [
        "null", "true", "0", "-1", "1e308", "9223372036854775808", "0.5", "\"\"", "\" \"", "[]", "{}", "[null]", "[[]]", "[{}]", "[1,2]", $"\"{Huge}\"", $"[\"{Huge}\"]",
        "\"../../../../etc/passwd\"", "\"/etc/passwd\"", "\"..\\\\..\\\\windows\"", "\"file:///etc/passwd\"", "\"@/etc/shadow\"", "\"--help\"", "\"-rf\"", "\"$(reboot)\"", "\"`id`\"", "\"%00\"", "\"%s%n\"",
        "\"'; drop table jobs; --\"", "\"\\\" or 1=1 --\"", "\"x' union select hash from api_keys --\"",
        "\"@all **bold** [x](javascript:alert(1))\"", "\"```\\n# heading\"", "\"<script>alert(1)</script>\"", "\"| a | b |\\n|---|---|\"",
        "\"\\u0000\"", "\"a\\u0000b\"", "\"\\ud800\"", "\"\\udc00x\"", "\"\\u202eevil\"", "\"\\u200b\"", "\"e\\u0301\"", "\"\\ufeff\"", "\"\\r\\nX-Injected: 1\"", "\"\\u001b[31m\"", "\"\U0001F4A3\"",
    ];

    internal static IEnumerable<byte[]> For(ApiOperation operation) => Whole().Concat(Members(operation).Select(Encoding.UTF8.GetBytes));

    internal static IEnumerable<byte[]> Whole()
    {
        foreach (var text in new[]
        {
            "", " ", "{", "}", "[", "null", "true", "7", "\"x\"", "[]", "[{}]", "{}", "{\"\":\"\"}", "{\"__proto__\":{}}", "{\"$type\":\"System.Object\"}", "{,}", "{\"a\":}", "{'a':1}", "/* */ {}", "NaN", "\ufeff{}",
            string.Concat(Enumerable.Repeat("[", 50_000)), string.Concat(Enumerable.Repeat("{\"a\":", 50_000)), $"{{\"unknown\":\"{Huge}\"}}",
        })
        {
            yield return Encoding.UTF8.GetBytes(text);
        }

        yield return [0xff, 0xfe, 0x00];
        yield return [(byte)'{', (byte)'"', 0xc3, 0x28, (byte)'"', (byte)':', (byte)'1', (byte)'}'];
    }

    private static IEnumerable<string> Members(ApiOperation operation)
    {
        var good = operation.BodyExample as JsonObject ?? [];
        if (good.ContainsKey("restorePoint"))
        {
            // What is good by chance must find nothing that it could restore.
            good["restorePoint"] = "ffffffffffff";
        }

        return Objects(operation, operation.BodyProperties, good);
    }

    /// <summary>Each member in turn is missing, is there twice, and has each of the values; what lies in it as well.</summary>
    private static IEnumerable<string> Objects(ApiOperation operation, JsonObject properties, JsonObject good)
    {
        foreach (var (name, schema) in properties)
        {
            var rest = string.Concat(good.Where(pair => pair.Key != name).Select(pair => $",\"{pair.Key}\":{Text(pair.Value)}"));
            yield return $"{{{rest.TrimStart(',')}}}";
            foreach (var value in Values.Concat(Inner(operation, operation.Resolve(schema), good[name] as JsonObject ?? [])))
            {
                yield return $"{{\"{name}\":{value}{rest}}}";
            }

            yield return $"{{\"{name}\":1,\"{name}\":\"twice\"{rest}}}";
        }
    }

    /// <summary>Of a member that is an object itself: of named members, or of any names.</summary>
    private static IEnumerable<string> Inner(ApiOperation operation, JsonNode? schema, JsonObject good)
    {
        if (schema?["properties"] is JsonObject { Count: > 0 } properties)
        {
            return Objects(operation, properties, good);
        }

        return schema?["additionalProperties"] is JsonObject of
            ? Values.Where(name => name[0] == '"').Select(name => $"{{{name}:{{}}}}").Concat(Values.Concat(Inner(operation, operation.Resolve(of), [])).Select(value => $"{{\"nightly\":{value}}}"))
            : [];
    }

    private static string Text(JsonNode? value) => value?.ToJsonString() ?? "null";
}
