using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MmDrBot.Engine.Sources.Config;

/// <summary>What Mattermost's own configuration says of the things that are backed up. Holds secrets: never log it.</summary>
public sealed class MattermostConfig
{
    private readonly JsonObject _root;
    private readonly Func<string, string?> _variables;

    private MattermostConfig(JsonObject root, Func<string, string?> variables) => (_root, _variables) = (root, variables);

    /// <summary>The environment variables that win over the settings which decide what is backed up.</summary>
    public static IReadOnlyList<string> Variables { get; } =
    [
        "MM_SERVICESETTINGS_SITEURL", "MM_SQLSETTINGS_DRIVERNAME", "MM_SQLSETTINGS_DATASOURCE", "MM_FILESETTINGS_DRIVERNAME", "MM_FILESETTINGS_DIRECTORY",
        "MM_FILESETTINGS_AMAZONS3BUCKET", "MM_FILESETTINGS_AMAZONS3PATHPREFIX", "MM_FILESETTINGS_AMAZONS3ENDPOINT", "MM_FILESETTINGS_AMAZONS3REGION",
        "MM_FILESETTINGS_AMAZONS3ACCESSKEYID", "MM_FILESETTINGS_AMAZONS3SECRETACCESSKEY", "MM_FILESETTINGS_AMAZONS3SSL",
    ];

    /// <summary>SqlSettings.DataSource.</summary>
    public string? DataSource => Text("SqlSettings", "DataSource");

    /// <summary>SqlSettings.DriverName: `postgres`, or `mysql` on old servers.</summary>
    public string SqlDriver => Text("SqlSettings", "DriverName") ?? "postgres";

    /// <summary>FileSettings.DriverName: `local`, `amazons3` or `azureblob`.</summary>
    public string FileDriver => Text("FileSettings", "DriverName") ?? "local";

    /// <summary>FileSettings.Directory, as written: relative paths count from Mattermost's directory.</summary>
    public string FileDirectory => Text("FileSettings", "Directory") is { Length: > 0 } directory ? directory : "./data/";

    /// <summary>ServiceSettings.SiteURL.</summary>
    public string? SiteUrl => Text("ServiceSettings", "SiteURL");

    /// <summary>FileSettings.AmazonS3...: bucket, prefix, endpoint, region, keys.</summary>
    public MattermostS3 S3 => new(
        Text("FileSettings", "AmazonS3Bucket") ?? "",
        Text("FileSettings", "AmazonS3PathPrefix") ?? "",
        Text("FileSettings", "AmazonS3Endpoint") is { Length: > 0 } endpoint ? endpoint : "s3.amazonaws.com",
        Text("FileSettings", "AmazonS3Region") ?? "",
        Text("FileSettings", "AmazonS3AccessKeyId") ?? "",
        Text("FileSettings", "AmazonS3SecretAccessKey") ?? "",
        Switch("FileSettings", "AmazonS3SSL") is not false);

    /// <summary>Files that settings name: certificates and keys of SAML, LDAP, TLS.</summary>
    public IReadOnlyList<string> NamedFiles =>
        [.. new[] { Text("SamlSettings", "IdpCertificateFile"), Text("SamlSettings", "PublicCertificateFile"), Text("SamlSettings", "PrivateKeyFile"), Text("LdapSettings", "PublicCertificateFile"), Text("LdapSettings", "PrivateKeyFile"), Text("ServiceSettings", "TLSCertFile"), Text("ServiceSettings", "TLSKeyFile") }.OfType<string>().Where(name => name.Length > 0)];

    /// <summary>Reads the JSON; null when it is not a whole configuration, as when it was read in the middle of a write.</summary>
    public static MattermostConfig? TryParse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonNode.Parse(json, null, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip }) is JsonObject root && root["SqlSettings"] is JsonObject ? new MattermostConfig(root, _ => null) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>As Mattermost sees it: a variable such as MM_SQLSETTINGS_DATASOURCE wins over the setting, even where it is empty.</summary>
    /// <param name="variables">Gives a variable's value, or null where it is not set.</param>
    public MattermostConfig With(Func<string, string?> variables) => new(_root, variables);

    /// <summary>Reads a config.json that Mattermost may be writing: a torn one is read again.</summary>
    /// <exception cref="EngineException">It does not exist, may not be read, or stays unreadable.</exception>
    public static async Task<MattermostConfig> LoadAsync(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        const int attempts = 25;
        for (var attempt = 1; attempt <= attempts; attempt++)
        {
            if (TryParse(await ReadAsync(path, cancellationToken)) is { } config)
            {
                return config;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), time, cancellationToken);
        }

        throw new EngineException(EngineFault.Invalid, $"{path} is not a configuration of Mattermost: it is not whole JSON, or has no SqlSettings.", "Mattermost writes this file in place; if it stays like this, it is damaged. Do not restart Mattermost: it would replace it with defaults.");
    }

    private static async Task<byte[]> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllBytesAsync(path, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new EngineException(EngineFault.Invalid, $"{path} can't be read: {failure.Message}", "Set MMDR_Mattermost__Directory to Mattermost's directory (or MMDR_Mattermost__ConfigFile to its config.json), and run as a user that may read it.", failure);
        }
    }

    /// <summary>Whether a setting is there and true.</summary>
    public bool IsOn(string section, string name) => Switch(section, name) is true;

    /// <summary>Any whole number by its section and name, or null.</summary>
    public int? Number(string section, string name) =>
        int.TryParse(Variable(section, name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var given) ? given
        : _root[section]?[name] is JsonValue value && value.TryGetValue<int>(out var number) ? number : null;

    /// <summary>Any text setting by its section and name, or null.</summary>
    public string? Text(string section, string name) =>
        Variable(section, name) ?? (_root[section]?[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null);

    /// <summary>A variable counts when Go would read it as a truth value.</summary>
    private bool? Switch(string section, string name) => Variable(section, name) switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => _root[section]?[name]?.GetValueKind() switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null },
    };

    private string? Variable(string section, string name) => _variables($"MM_{section}_{name}".ToUpperInvariant());
}

/// <summary>Where Mattermost keeps its files on S3. Prints without the secret.</summary>
public sealed record MattermostS3(string Bucket, string Prefix, string Endpoint, string Region, string AccessKey, string SecretKey, bool Ssl)
{
    /// <inheritdoc/>
    public override string ToString() => $"s3://{Bucket}/{Prefix} at {Endpoint}";
}
