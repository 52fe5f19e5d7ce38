using FluentValidation;

namespace MmDrBot.Settings;

/// <summary>All settings, read and judged once at the start.</summary>
internal sealed record AppSettings
{
    public required MattermostOptions Mattermost { get; init; }

    public required RepositoryOptions Repository { get; init; }

    public required HttpOptions Http { get; init; }

    /// <summary>The state database: an SQLite path or a PostgreSQL address. A secret.</summary>
    public required string State { get; init; }

    /// <summary>One line for each setting that is wrong, with the setting's name.</summary>
    public required IReadOnlyList<string> Faults { get; init; }

    internal static AppSettings Load(IConfigurationManager configuration)
    {
        var faults = SecretFiles.Resolve(configuration).ToList();
        var settings = new AppSettings
        {
            Mattermost = Bind<MattermostOptions>(configuration, "Mattermost", faults),
            Repository = Bind<RepositoryOptions>(configuration, "Repository", faults),
            Http = Bind<HttpOptions>(configuration, "Http", faults),
            State = configuration.GetConnectionString("State") is { Length: > 0 } given ? given : StatePath.Database,
            Faults = faults,
        };
        faults.AddRange(new AppSettingsValidator().Validate(settings).Errors.Select(error => error.ErrorMessage));
        return settings;
    }

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
