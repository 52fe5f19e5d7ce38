namespace MmDrBot.Settings;

/// <summary>Section `Mattermost`: the server to protect.</summary>
internal sealed record MattermostOptions
{
    /// <summary>Mattermost's own directory, such as /opt/mattermost; enough when we run on the server itself.</summary>
    public string? Directory { get; init; }

    /// <summary>Its config.json; default `Directory`/config/config.json. A postgres:// URI when the configuration lives in a database.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>The database; default SqlSettings.DataSource of the configuration. A secret.</summary>
    public string? DatabaseUrl { get; init; }

    /// <summary>The file store's directory; default FileSettings.Directory, relative to `Directory`.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>What to do with a file store on S3: `copy` (default), `inventory` or `leave`.</summary>
    public string FileStore { get; init; } = "copy";

    /// <summary>Where its API answers, such as http://localhost:8065. Needed by `mmdr serve` alone.</summary>
    public string? Url { get; init; }

    /// <summary>Its SiteURL, where that differs from `Url`: answers to slash commands go there.</summary>
    public string? SiteUrl { get; init; }

    /// <summary>The bot account's access token. A secret. Default: the one that `mmdr mattermost register` made, which the state holds under seal.</summary>
    public string? Token { get; init; }

    /// <summary>Names of the teams whose `/dr` is registered and kept right; `*` stands for all.</summary>
    public IReadOnlyList<string> Teams { get; init; } = [];

    /// <summary>Whether the service registers `/dr` at its start in the teams named; it only looks and tells otherwise. Default true.</summary>
    public bool Register { get; init; } = true;

    /// <summary>Under which address Mattermost reaches this service, where that is neither `Http:PublicUrl` nor `Http:Listen`.</summary>
    public string? CallbackUrl { get; init; }

    /// <summary>What the bot account is called when it is made. Default drbot.</summary>
    public string BotName { get; init; } = "drbot";

    /// <summary>The tokens of the /dr slash commands, one for each team. Secrets.</summary>
    public IReadOnlyList<string> CommandTokens { get; init; } = [];
}
