using FluentValidation;
using MmDrBot.Engine.Keeping;

namespace MmDrBot.Settings;

/// <summary>All settings, read and judged once at the start.</summary>
internal sealed record AppSettings
{
    public required MattermostOptions Mattermost { get; init; }

    public required RepositoryOptions Repository { get; init; }

    /// <summary>The copies, by name.</summary>
    public IReadOnlyDictionary<string, CopyOptions> Repositories { get; init; } = new SortedDictionary<string, CopyOptions>(StringComparer.Ordinal);

    public RestoreOptions Restore { get; init; } = new();

    public required HttpOptions Http { get; init; }

    public required AccessOptions Access { get; init; }

    public required ServiceOptions Service { get; init; }

    public required ChatOptions Chat { get; init; }

    public JobOptions Jobs { get; init; } = new();

    public ScheduleOptions Schedules { get; init; } = new();

    public HookOptions Hooks { get; init; } = new();

    public WebhookOptions Webhooks { get; init; } = new();

    public ApprovalOptions Approvals { get; init; } = new();

    public AnnouncementOptions Announcements { get; init; } = new();

    public SsoOptions Sso { get; init; } = new();

    /// <summary>What counts while nobody has set another policy.</summary>
    public RetentionPolicy Retention { get; init; } = new();

    public DrillOptions Drills { get; init; } = new();

    public AlarmOptions Alarms { get; init; } = new();

    public MailOptions Mail { get; init; } = new();

    /// <summary>The state database: an SQLite path or a PostgreSQL address. A secret.</summary>
    public required string State { get; init; }

    /// <summary>Where locks lie: beside the state, which those who must not get in each other's way share.</summary>
    public string LockDirectory => Path.Combine(StateDirectory ?? StatePath.Directory, "locks");

    /// <summary>Where copies of the repositories' small objects lie: they save requests, and may be deleted at any time.</summary>
    public string CacheDirectory => Path.Combine(StateDirectory ?? StatePath.Directory, "cache");

    /// <summary>The directory of the state's file; null when the state is in PostgreSQL.</summary>
    public string? StateDirectory => StateFile is { } file ? Path.GetDirectoryName(Path.GetFullPath(file)) : null;

    private string? StateFile =>
        State.StartsWith("postgres", StringComparison.Ordinal) ? null
        : !State.Contains('=', StringComparison.Ordinal) ? State.Replace("sqlite:", "", StringComparison.Ordinal)
        : new System.Data.Common.DbConnectionStringBuilder { ConnectionString = State } is var pairs && (pairs.TryGetValue("Data Source", out var path) || pairs.TryGetValue("Filename", out path)) ? path.ToString() : null;

    /// <summary>One line for each setting that is wrong, with the setting's name.</summary>
    public required IReadOnlyList<string> Faults { get; init; }

    /// <summary>As if nothing were set.</summary>
    internal static AppSettings Unset { get; } = new()
    {
        Mattermost = new(),
        Repository = new(),
        Http = new(),
        Service = new(),
        Chat = new(),
        Access = new(),
        State = StatePath.Database,
        Faults = [],
    };

    internal static AppSettings Load(IConfigurationManager configuration)
    {
        var faults = SecretFiles.Resolve(configuration).ToList();
        var settings = new AppSettings
        {
            Mattermost = Bind<MattermostOptions>(configuration, "Mattermost", faults) with { CommandTokens = CommandTokens(configuration) },
            Repository = Bind<RepositoryOptions>(configuration, "Repository", faults),
            Repositories = Copies(configuration, faults),
            Restore = Bind<RestoreOptions>(configuration, "Restore", faults),
            Http = Bind<HttpOptions>(configuration, "Http", faults),
            Service = Bind<ServiceOptions>(configuration, "Service", faults),
            Chat = Bind<ChatOptions>(configuration, "Chat", faults),
            Schedules = Bind<ScheduleOptions>(configuration, "Schedules", faults),
            Hooks = Bind<HookOptions>(configuration, "Hooks", faults),
            Webhooks = Bind<WebhookOptions>(configuration, "Webhooks", faults),
            Approvals = Bind<ApprovalOptions>(configuration, "Approvals", faults),
            Announcements = Bind<AnnouncementOptions>(configuration, "Announcements", faults),
            Sso = Bind<SsoOptions>(configuration, "Sso", faults),
            Drills = Bind<DrillOptions>(configuration, "Drills", faults),
            Alarms = Bind<AlarmOptions>(configuration, "Alarms", faults),
            Mail = Bind<MailOptions>(configuration, "Mail", faults),
            Access = Bind<AccessOptions>(configuration, "Access", faults),
            Jobs = Bind<JobOptions>(configuration, "Jobs", faults),
            Retention = Bind<RetentionPolicy>(configuration, "Retention", faults),
            State = configuration.GetConnectionString("State") is { Length: > 0 } given ? given : StatePath.Database,
            Faults = faults,
        };
        faults.AddRange(settings.Hooks.Faults);
        faults.AddRange(new AppSettingsValidator().Validate(settings).Errors.Select(error => error.ErrorMessage));
        return settings;
    }

    /// <summary>Only numbered children are tokens: `0File` beside them is the path of a file, which must not pass for one.</summary>
    private static string[] CommandTokens(IConfiguration configuration) =>
        [.. configuration.GetSection("Mattermost:CommandTokens").GetChildren().Where(child => child.Key.All(char.IsAsciiDigit)).Select(child => child.Value).OfType<string>().Where(token => token.Length > 0)];

    private static SortedDictionary<string, CopyOptions> Copies(IConfiguration configuration, List<string> faults) =>
        new(configuration.GetSection("Repositories").GetChildren().ToDictionary(child => child.Key, child => Bind<CopyOptions>(configuration, child.Path, faults), StringComparer.Ordinal), StringComparer.Ordinal);

    private static T Bind<T>(IConfiguration configuration, string section, List<string> faults)
        where T : new()
    {
        try
        {
            return configuration.GetSection(section).Get<T>() ?? new T();
        }
        catch (InvalidOperationException failure)
        {
            faults.Add($"{SettingName.Of(section)}: {failure.Message}");
            return new T();
        }
    }
}
