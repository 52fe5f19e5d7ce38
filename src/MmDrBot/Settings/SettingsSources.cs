using MmDrBot.Access;

namespace MmDrBot.Settings;

/// <summary>Where settings come from; later sources win: appsettings.json beside the program, /etc/mmdr/appsettings.json, MMDR_SETTINGS, the environment.</summary>
internal static class SettingsSources
{
    /// <param name="configuration">Where to add them.</param>
    /// <param name="verbose">Log more than the settings ask for.</param>
    /// <exception cref="Refusal">Invalid: a file can't be read.</exception>
    internal static void AddTo(IConfigurationManager configuration, bool verbose = false)
    {
        try
        {
            AddSources(configuration);
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new Refusal(RefusalReason.Invalid, $"The settings can't be read: {failure.Message}{(failure.InnerException is FormatException detail ? $" {detail.InnerException?.Message ?? detail.Message}" : "")}", "Mend the file, or what MMDR_SETTINGS says. `mmdr config init FILE` writes one to begin with.", failure);
        }

        if (verbose)
        {
            configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Logging:LogLevel:Default"] = "Information", ["Logging:LogLevel:MmDrBot"] = "Debug" });
        }
    }

    private static void AddSources(IConfigurationManager configuration)
    {
        configuration.Sources.Clear();
        configuration.AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true);
        configuration.AddJsonFile("/etc/mmdr/appsettings.json", optional: true);
        if (Environment.GetEnvironmentVariable("MMDR_SETTINGS") is { Length: > 0 } file)
        {
            configuration.AddJsonFile(Path.GetFullPath(file), optional: false);
        }

        configuration.AddEnvironmentVariables(SettingName.Prefix);
    }
}
