using System.Text.Json;
using System.Text.Json.Nodes;

namespace MmDrBot.TestKit.Samples;

/// <summary>The sample's config directory: config.json and the certificates it names.</summary>
internal static class SampleConfig
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, IndentSize = 4 };

    public static async Task WriteAsync(string directory, string databaseUri, SampleOptions options, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory);
        await File.WriteAllTextAsync(Path.Combine(directory, "config.json"), Build(databaseUri, options).ToJsonString(Indented), cancellationToken);
        File.SetUnixFileMode(Path.Combine(directory, "config.json"), UnixFileMode.UserRead | UnixFileMode.UserWrite);

        string[] certificates = ["saml-idp.crt", "saml-public.crt", "saml-private.key", "ldap-public.crt"];

        for (var i = 0; i < certificates.Length; i++)
        {
            var path = Path.Combine(directory, certificates[i]);
            await File.WriteAllTextAsync(path, Pem(certificates[i], options.Seed, i), cancellationToken);
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    private static JsonObject Build(string databaseUri, SampleOptions options) => new()
    {
        ["ServiceSettings"] = new JsonObject { ["SiteURL"] = "http://127.0.0.1:8065", ["ListenAddress"] = ":8065", ["EnableUserAccessTokens"] = true },
        ["TeamSettings"] = new JsonObject { ["SiteName"] = "Sample – größer" },
        ["SqlSettings"] = new JsonObject
        {
            ["DriverName"] = "postgres",
            ["DataSource"] = databaseUri + (databaseUri.Contains('?') ? "&" : "?") + "sslmode=disable&connect_timeout=10&binary_parameters=yes",
            ["DataSourceReplicas"] = new JsonArray(),
            ["AtRestEncryptKey"] = SampleIds.Make(options.Seed, SampleKind.Secret, 1),
        },
        ["FileSettings"] = new JsonObject
        {
            ["DriverName"] = "local",
            ["Directory"] = "./data/",
            ["PublicLinkSalt"] = SampleIds.Make(options.Seed, SampleKind.Secret, 2),
        },
        ["EmailSettings"] = new JsonObject { ["SMTPServer"] = "smtp.example.org", ["SMTPPassword"] = "not a real password" },
        ["SamlSettings"] = new JsonObject
        {
            ["Enable"] = true,
            ["IdpCertificateFile"] = "saml-idp.crt",
            ["PublicCertificateFile"] = "saml-public.crt",
            ["PrivateKeyFile"] = "saml-private.key",
        },
        ["LdapSettings"] = new JsonObject { ["Enable"] = false, ["PublicCertificateFile"] = "ldap-public.crt", ["PrivateKeyFile"] = "" },
        ["PluginSettings"] = new JsonObject { ["Plugins"] = new JsonObject { ["com.example.plugin"] = new JsonObject { ["token"] = "plugin secret" } } },
    };

    // Shaped like a certificate or a key; no program here reads what is inside.
    private static string Pem(string name, int seed, int number)
    {
        var label = name.EndsWith(".key", StringComparison.Ordinal) ? "PRIVATE KEY" : "CERTIFICATE";
        var bytes = new byte[600];
        SampleRandom.For(seed, SampleKind.Secret, 1000 + number).Fill(bytes);
        var lines = Convert.ToBase64String(bytes).Chunk(64).Select(line => new string(line));

        return $"-----BEGIN {label}-----\n{string.Join('\n', lines)}\n-----END {label}-----\n";
    }
}
