namespace MmDrBot.Engine.Platform;

/// <summary>An entry's metadata; times in nanoseconds since 1970.</summary>
internal readonly record struct FileStatus(uint Mode, uint User, uint Group, long Size, long Modified, long Changed, long Inode)
{
    private const uint TypeMask = 0xf000;

    internal bool IsDirectory => (Mode & TypeMask) == 0x4000;

    internal bool IsRegular => (Mode & TypeMask) == 0x8000;

    internal bool IsLink => (Mode & TypeMask) == 0xa000;
}
