namespace MmDrBot.Settings;

/// <summary>The name under which people set a value: the environment variable's.</summary>
internal static class SettingName
{
    internal const string Prefix = "MMDR_";

    internal static string Of(string key) => Prefix + key.Replace(":", "__", StringComparison.Ordinal);
}
