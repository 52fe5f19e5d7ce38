using System.Reflection;

namespace MmDrBot.Settings;

/// <summary>What this program calls itself.</summary>
internal static class ProgramVersion
{
    internal static string Version { get; } = typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    internal static string Name { get; } = $"mmdr {Version}";
}
