using MmDrBot.Access;
using MmDrBot.Engine.Backup;
using MmDrBot.Engine.Sources.Postgres;
using MmDrBot.Protection;
using MmDrBot.Settings;

namespace MmDrBot.Features.ConfigCheck;

/// <summary>One thing that was looked at.</summary>
/// <param name="What">A setting's name, or what was tried.</param>
/// <param name="Value">Its value, secrets masked.</param>
/// <param name="From">Where the value comes from.</param>
/// <param name="Fault">What is wrong, or null.</param>
internal sealed record SettingFinding(string What, string Value, string From, string? Fault);

/// <summary>Says what the settings are, where each comes from, and what is wrong with them.</summary>
internal sealed class CheckSettings(IConfiguration configuration, AppSettings settings, ProtectedServer server, RepositoryProvider repositories)
{
    private static readonly string[] Keys =
    [
        "Mattermost:Directory", "Mattermost:ConfigFile", "Mattermost:DatabaseUrl", "Mattermost:DataDirectory", "Mattermost:FileStore", "Mattermost:Url", "Mattermost:Token", "Mattermost:CommandTokens:0",
        "Repository:Url", "Repository:Passphrase", "Repository:PassphraseCommand", "Repository:S3:Endpoint", "Repository:S3:Region", "Repository:S3:AccessKey", "Repository:S3:SecretKey", "Repository:S3:ForcePathStyle",
        "ConnectionStrings:State", "Http:Listen", "Http:PublicUrl",
    ];

    public async Task<IReadOnlyList<SettingFinding>> HandleAsync(CancellationToken cancellationToken)
    {
        var findings = Keys.Where(key => configuration[key] is { Length: > 0 } || configuration[key + "File"] is { Length: > 0 }).Select(Describe).ToList();
        if (configuration.GetConnectionString("State") is null or "")
        {
            findings.Add(new SettingFinding(SettingName.Of("ConnectionStrings:State"), settings.State, "default", null));
        }

        findings.AddRange(settings.Faults.Select(fault => new SettingFinding(fault.Split(':')[0], "", "", fault[(fault.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim())));
        await TryAsync(findings, "Mattermost", async () => await DescribeServerAsync(findings, cancellationToken));
        await TryAsync(findings, "Repository", async () =>
        {
            var repository = await repositories.OpenAsync(cancellationToken);
            findings.Add(new SettingFinding("repository", $"{repository.Location}, id {repository.Id}", "opened with the key", null));
        });
        return findings;
    }

    private static async Task TryAsync(List<SettingFinding> findings, string what, Func<Task> step)
    {
        try
        {
            await step();
        }
        catch (Refusal refusal)
        {
            findings.Add(new SettingFinding(what, "", "", $"{refusal.Message} {refusal.Hint}".Trim()));
        }
    }

    private SettingFinding Describe(string key)
    {
        var secret = SecretFiles.Secrets.Contains(key) || key == "Repository:PassphraseCommand";
        var file = configuration[key + "File"];
        var origin = file is { Length: > 0 } ? $"file {file}" : Origin(key);
        return new SettingFinding(SettingName.Of(key), secret ? "***" : configuration[key] ?? "", origin, null);
    }

    private string Origin(string key) => ((IConfigurationRoot)configuration).Providers.LastOrDefault(provider => provider.TryGet(key, out _)) switch
    {
        Microsoft.Extensions.Configuration.Json.JsonConfigurationProvider json => json.Source.Path ?? "settings file",
        null => "",
        _ => "environment",
    };

    private async Task DescribeServerAsync(List<SettingFinding> findings, CancellationToken cancellationToken)
    {
        var sources = await server.SourcesAsync(cancellationToken);
        var from = server.ConfigFile is { } file && !file.StartsWith("postgres", StringComparison.Ordinal) ? file : "the configuration in the database";
        findings.Add(new SettingFinding("configuration", sources.ConfigDirectory ?? "in the database", from, null));
        findings.Add(new SettingFinding("file store", sources.FilesDirectory ?? $"{sources.FilesBucket} ({EnumText.Of(sources.FilesMode)})", from, sources.FilesDirectory is { } directory && !Directory.Exists(directory) ? "the directory does not exist" : null));
        findings.AddRange(sources.OutsideFiles.Select(outside => new SettingFinding("named file", outside, from, "it lies outside the configuration's directory: it is backed up, and restored below outside-files beside the configuration")));
        await TryAsync(findings, "database", async () => findings.Add(await DatabaseAsync(sources, from, cancellationToken)));
    }

    private static async Task<SettingFinding> DatabaseAsync(BackupSources sources, string from, CancellationToken cancellationToken) =>
        await EngineRefusals.TranslateAsync(async () => new SettingFinding("database", $"{sources.Database}: {await DatabaseProbe.DescribeAsync(sources.Database!, cancellationToken)}", from, null));
}
