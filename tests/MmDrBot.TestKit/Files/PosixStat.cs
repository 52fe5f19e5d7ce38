namespace MmDrBot.TestKit.Files;

/// <summary>Metadata of one entry. <paramref name="Mode"/> holds type and permissions, as st_mode does.</summary>
public sealed record PosixStat(int Mode, uint UserId, uint GroupId, long Size, UnixTime Modified)
{
    /// <summary>file, directory, link, or other (sockets, pipes, devices).</summary>
    public string Type => (Mode & 0xF000) switch
    {
        0x8000 => "file",
        0x4000 => "directory",
        0xA000 => "link",
        _ => "other",
    };

    /// <summary>The permission bits, setuid, setgid and sticky included.</summary>
    public int Permissions => Mode & 0xFFF;
}
