using MmDrBot.Access;
using MmDrBot.Engine.Backup;
using MmDrBot.Engine.Sources.Config;
using MmDrBot.Engine.Sources.Postgres;
using MmDrBot.Protection;
using MmDrBot.Settings;

namespace MmDrBot.Features.ConfigCheck;

/// <summary>Says what the settings are, what is found with them, and what is wrong.</summary>
internal sealed class CheckSettings(GivenSettings given, AppSettings settings, ProtectedServer server, RepositoryProvider repositories)
{
    public async Task<IReadOnlyList<SettingFinding>> HandleAsync(CancellationToken cancellationToken)
    {
        var findings = given.List().ToList();
        await TryAsync(findings, "Mattermost", () => DescribeServerAsync(findings, cancellationToken));
        await TryAsync(findings, "Repository", async () =>
        {
            if (settings.Repository.ObjectLock.IsSet)
            {
                findings.Add(new SettingFinding("locks", settings.Repository.ObjectLock.Describe(), SettingName.Of("Repository:ObjectLock:Mode")));
            }

            var repository = await repositories.OpenAsync(cancellationToken);
            findings.Add(new SettingFinding("repository", $"{repository.Location}, id {repository.Id}", "opened with the key"));
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

    private async Task DescribeServerAsync(List<SettingFinding> findings, CancellationToken cancellationToken)
    {
        var config = await EngineRefusals.TranslateAsync(() => server.ConfigAsync(cancellationToken));
        var sources = await server.SourcesAsync(cancellationToken);
        var from = sources.ConfigInDatabase || sources.ConfigDatabase is not null ? "the configuration in the database" : server.ConfigFile!;
        findings.Add(new SettingFinding("configuration", sources.ConfigDirectory ?? (sources.ConfigDatabase is { } other ? $"in a database of its own, {other}" : "in the database"), from));
        findings.Add(SiteUrl(config, from));
        findings.Add(FileStore(config, sources, from));
        findings.AddRange(sources.OutsideFiles.Select(outside => new SettingFinding("named file", $"{outside} (outside the configuration's directory: backed up, and restored below outside-files)", from)));
        await TryAsync(findings, "database", async () => findings.Add(await DatabaseAsync(sources, from, cancellationToken)));
    }

    private SettingFinding SiteUrl(MattermostConfig config, string from)
    {
        var chat = settings.Mattermost;
        var known = new[] { chat.SiteUrl, chat.Url }.OfType<string>().Any(url => url.TrimEnd('/') == config.SiteUrl?.TrimEnd('/'));
        var note = known || chat.Url is not { Length: > 0 } ? "" : " (neither Mattermost:Url nor Mattermost:SiteUrl: late answers in chat need one of them to be it)";
        return new SettingFinding("SiteURL", (config.SiteUrl is { Length: > 0 } url ? url : "not set") + note, from);
    }

    private SettingFinding FileStore(MattermostConfig config, BackupSources sources, string from)
    {
        if (settings.Mattermost.DataDirectory is { Length: > 0 })
        {
            var note = config.FileDriver == "local" ? "" : $" (instead of Mattermost's own file store, which is {config.FileDriver} and is NOT backed up)";
            return new SettingFinding("file store", sources.FilesDirectory + note, SettingName.Of("Mattermost:DataDirectory"), Missing(sources.FilesDirectory!));
        }

        return sources.FilesDirectory is { } directory
            ? new SettingFinding("file store", directory, from, Missing(directory))
            : new SettingFinding("file store", $"{sources.FilesBucket} ({EnumText.Of(sources.FilesMode)})", from);
    }

    private static string? Missing(string directory) => Directory.Exists(directory) ? null : $"the directory {directory} does not exist";

    private static async Task<SettingFinding> DatabaseAsync(BackupSources sources, string from, CancellationToken cancellationToken) =>
        await EngineRefusals.TranslateAsync(async () => new SettingFinding("database", $"{sources.Database}: {await DatabaseProbe.DescribeAsync(sources.Database!, cancellationToken)}", from));
}
