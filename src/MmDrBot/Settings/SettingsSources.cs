namespace MmDrBot.Settings;

/// <summary>Where settings come from; later sources win: appsettings.json beside the program, /etc/mmdr/appsettings.json, MMDR_SETTINGS, the environment.</summary>
internal static class SettingsSources
{
    internal static void AddTo(IConfigurationManager configuration)
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
