using System.Collections.Frozen;
using MmDrBot.Access;

namespace MmDrBot.Cli;

/// <summary>Whoever can run the program with its settings holds the keys anyway, and may do everything.</summary>
internal static class CliActor
{
    internal static Actor Current { get; } = new(
        $"cli:{(Environment.GetEnvironmentVariable("SUDO_USER") is { Length: > 0 } user ? user : Environment.UserName)}", Door.Cli, Enum.GetValues<Permission>().ToFrozenSet())
    { RequestId = Reference.New() };
}
