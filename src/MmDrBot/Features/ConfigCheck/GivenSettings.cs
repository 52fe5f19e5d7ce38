using System.Globalization;
using System.Text.RegularExpressions;
using MmDrBot.Engine.Sources.Config;
using MmDrBot.Settings;

namespace MmDrBot.Features.ConfigCheck;

/// <summary>Lists what is set, where, and what is not set but has a default that matters; no secret is shown.</summary>
internal sealed partial class GivenSettings(IConfiguration configuration, AppSettings settings)
{
    private const string Tokens = "Mattermost:CommandTokens";

    private static readonly string[] Keys =
    [
        "Mattermost:Directory", "Mattermost:ConfigFile", "Mattermost:DatabaseUrl", "Mattermost:DataDirectory", "Mattermost:FileStore", "Mattermost:Url", "Mattermost:SiteUrl", "Mattermost:Token", "Mattermost:Teams:0", "Mattermost:Register", "Mattermost:BotName", "Mattermost:CallbackUrl",
        "Repository:Url", "Repository:Passphrase", "Repository:PassphraseCommand", "Repository:Offsite", "Repository:S3:Endpoint", "Repository:S3:Region", "Repository:S3:AccessKey", "Repository:S3:SecretKey", "Repository:S3:ForcePathStyle", "Repository:ObjectLock:Mode", "Repository:ObjectLock:Days",
        "Restore:S3:Endpoint", "Restore:S3:Region", "Restore:S3:AccessKey", "Restore:S3:SecretKey", "Restore:S3:ForcePathStyle", "Restore:StopCommand", "Restore:StartCommand", "Restore:CommandTimeout",
        "Drills:DatabaseUrl", "Drills:Directory", "Drills:MattermostCommand", "Drills:BootTimeout", "Drills:ReadBackDays",
        "ConnectionStrings:State", "Http:Listen", "Http:PublicUrl", "Http:RequestsPerMinute", "Http:UnknownRequestsPerMinute", "Http:EventStreams", "Http:Connections", "Service:Secret", "Jobs:Concurrency", "Jobs:Lease", "Jobs:PollEvery", "Chat:CommandsPerMinute", "Access:Viewers:0", "Access:Helpdesk:0", "Access:Operators:0", "Access:Admins:0", "Announcements:Channel",
        "Retention:Default:Last", "Retention:Default:Within", "Retention:Default:Hourly", "Retention:Default:Daily", "Retention:Default:Weekly", "Retention:Default:Monthly", "Retention:Default:Yearly", "Retention:TimeZone", "Retention:NewestWithin",
        "Approvals:RestoreInPlace", "Approvals:Prune", "Approvals:ConvertAdmin", "Approvals:ConvertMany", "Approvals:SignOff", "Approvals:ReleaseHold", "Approvals:Lifetime", "Approvals:ChatIsTrusted", "Schedules:BuiltIn", "Schedules:TimeZone", "Hooks:Before:0:Command", "Hooks:Before:0:Url", "Hooks:After:0:Command", "Hooks:After:0:Url", "Hooks:OnError:0:Command", "Hooks:OnError:0:Url", "Webhooks:AllowedNetworks:0", "Webhooks:Timeout", "Webhooks:DisableAfter",
        "Alarms:Every", "Alarms:Rpo:Database", "Alarms:Rpo:Config", "Alarms:Rpo:Files", "Alarms:DrillWithin", "Alarms:ExpiresWithin", "Alarms:ClockSkew", "Alarms:GrowthFactor", "Alarms:GrowthMegabytes", "Alarms:ShrinkPercent", "Alarms:RepositoryPatience", "Alarms:JudgedWithin",
        "Alarms:RemindAfter", "Alarms:FlapWithin", "Alarms:Off:0", "Alarms:HeartbeatUrl", "Alarms:HeartbeatFailUrl", "Alarms:HeartbeatEvery", "Mail:Host", "Mail:Port", "Mail:Tls", "Mail:CaFile", "Mail:User", "Mail:Password", "Mail:From", "Mail:To:0", "Mail:Timeout",
    ];

    internal IEnumerable<SettingFinding> List() =>
    [
        .. Keys.Concat(CopyKeys()).Concat(TargetKeys()).Concat(TokenKeys()).Where(IsSet).Select(Describe),
        .. Defaults().Where(item => !IsSet(item.Key)).Select(item => new SettingFinding(SettingName.Of(item.Key), item.Value, "default")),
        .. MattermostConfig.Variables.Prepend("MM_CONFIG").Select(name => (Name: name, Value: Environment.GetEnvironmentVariable(name))).Where(item => item.Value is not null).Select(item => new SettingFinding(item.Name, Masked(item.Name, item.Value!), "environment")),
        .. settings.Faults.Select(Fault),
    ];

    private static SettingFinding Fault(string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        return new SettingFinding(line[..Math.Max(colon, 0)], "", "", line[(colon + 1)..].Trim());
    }

    private bool IsSet(string key) => configuration[key] is { Length: > 0 } || configuration[key + "File"] is { Length: > 0 };

    private IEnumerable<string> CopyKeys() =>
        from copy in configuration.GetSection("Repositories").GetChildren()
        from key in new[] { "Url", "Passphrase", "PassphraseCommand", "Offsite", "AfterBackup", "Every", "MaximumLag", "Retention:Default:Last", "Retention:Default:Within", "Retention:Default:Hourly", "Retention:Default:Daily", "Retention:Default:Weekly", "Retention:Default:Monthly", "Retention:Default:Yearly", "Retention:TimeZone", "Retention:NewestWithin", "S3:Endpoint", "S3:Region", "S3:AccessKey", "S3:SecretKey", "S3:ForcePathStyle", "ObjectLock:Mode", "ObjectLock:Days" }
        select $"{copy.Path}:{key}";

    private IEnumerable<string> TargetKeys() => configuration.GetSection("Restore:Targets").GetChildren()
        .SelectMany(target => new[] { nameof(RestoreTargetOptions.DatabaseUrl), nameof(RestoreTargetOptions.Files), nameof(RestoreTargetOptions.Config) }.Select(part => $"{target.Path}:{part}"));

    private IEnumerable<string> TokenKeys() => configuration.GetSection(Tokens).GetChildren()
        .Select(child => child.Key.Replace("File", "", StringComparison.OrdinalIgnoreCase))
        .Where(number => number.All(char.IsAsciiDigit)).Distinct().OrderBy(number => number.Length).ThenBy(number => number, StringComparer.Ordinal)
        .Select(number => $"{Tokens}:{number}");

    private IEnumerable<(string Key, string Value)> Defaults() =>
    [
        ("ConnectionStrings:State", settings.State),
        ("Http:Listen", settings.Http.Listen),
        ("Http:PublicUrl", "not set: the same as Http:Listen"),
        ("Jobs:Concurrency", settings.Jobs.Concurrency.ToString(CultureInfo.InvariantCulture)),
        ("Jobs:Lease", settings.Jobs.Lease.ToString()),
        ("Jobs:PollEvery", settings.Jobs.PollEvery.ToString()),
    ];

    private SettingFinding Describe(string key)
    {
        var file = configuration[key + "File"];
        return new SettingFinding(SettingName.Of(key), Masked(key, configuration[key] ?? ""), file is { Length: > 0 } ? $"file {file}" : Origin(key));
    }

    private string Origin(string key) => ((IConfigurationRoot)configuration).Providers.LastOrDefault(provider => provider.TryGet(key, out _)) switch
    {
        Microsoft.Extensions.Configuration.Json.JsonConfigurationProvider json => json.Source.Path ?? "settings file",
        null => "",
        _ => "environment",
    };

    /// <summary>An address with a password may also stand where none is expected.</summary>
    private string Masked(string name, string value)
    {
        var secret = SecretFiles.IsSecret(name) || (!value.StartsWith('/') && SecretFiles.In(configuration).Contains(name)) || name.StartsWith(Tokens, StringComparison.Ordinal)
            || name.StartsWith("Hooks:", StringComparison.Ordinal)
            || name is "Repository:PassphraseCommand" or "MM_SQLSETTINGS_DATASOURCE" or "MM_FILESETTINGS_AMAZONS3ACCESSKEYID" or "MM_FILESETTINGS_AMAZONS3SECRETACCESSKEY"
            || value.StartsWith("postgres", StringComparison.Ordinal);
        return secret ? "***" : UserInfo().Replace(value, "://***@");
    }

    [GeneratedRegex("://[^/]*@")]
    private static partial Regex UserInfo();
}
