using MmDrBot.TestKit.Files;

namespace MmDrBot.Engine.Tests.Faults;

/// <summary>A test that mounts a file system; counted as skipped where that is not allowed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SmallFileSystemFactAttribute : FactAttribute
{
    public SmallFileSystemFactAttribute() => Skip = SmallFileSystem.Obstacle;
}
