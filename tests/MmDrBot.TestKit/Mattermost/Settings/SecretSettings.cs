using System.Text.Json;
using System.Text.Json.Nodes;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>The settings that nobody is shown.</summary>
internal static class SecretSettings
{
    private const string Mask32 = "********************************";

    private static readonly (string Section, string Name)[] _secrets =
    [
        ("SqlSettings", "DataSource"), ("SqlSettings", "DataSourceReplicas"), ("SqlSettings", "DataSourceSearchReplicas"), ("SqlSettings", "AtRestEncryptKey"),
        ("FileSettings", "PublicLinkSalt"), ("FileSettings", "AmazonS3SecretAccessKey"), ("EmailSettings", "SMTPPassword"), ("LdapSettings", "BindPassword"),
        ("GitLabSettings", "Secret"), ("GoogleSettings", "Secret"), ("Office365Settings", "Secret"), ("OpenIdSettings", "Secret"),
    ];

    public static JsonObject Mask(JsonObject settings)
    {
        foreach (var (section, name) in _secrets)
        {
            if (settings[section]?[name] is { } value)
                settings[section]![name] = Masked(value);
        }

        return settings;
    }

    /// <summary>Whether a value is what <see cref="Mask"/> showed, and thus stands for the value that is there.</summary>
    public static bool IsMask(JsonNode? value) => value switch
    {
        JsonArray { Count: > 0 } items => items.All(IsMask),
        JsonValue text => text.GetValueKind() == JsonValueKind.String && (string?)text == Mask32,
        _ => false,
    };

    private static JsonNode Masked(JsonNode value) => value switch
    {
        JsonArray items => new JsonArray([.. items.Select(_ => (JsonNode)Mask32)]),
        _ when ((string?)value)?.Length > 0 => Mask32,
        _ => "",
    };
}
