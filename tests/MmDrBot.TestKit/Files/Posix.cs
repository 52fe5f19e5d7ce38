using System.ComponentModel;
using System.Runtime.InteropServices;

namespace MmDrBot.TestKit.Files;

/// <summary>The file metadata that .NET cannot read or write: owners, times in nanoseconds, a link's own times.</summary>
public static class Posix
{
    private const int CurrentDirectory = -100;
    private const int DoNotFollow = 0x100;
    private const uint BasicStats = 0x7ff;
    private const long KeepTime = (1L << 30) - 2;

    /// <summary>Metadata of the entry itself, never of what it links to.</summary>
    public static PosixStat Stat(string path)
    {
        Check(StatX(CurrentDirectory, path, DoNotFollow, BasicStats, out var buffer), path);

        return new(buffer.Mode, buffer.UserId, buffer.GroupId, (long)buffer.Size, new(buffer.ModifiedSeconds, buffer.ModifiedNanoseconds));
    }

    /// <summary>Sets the time of the last modification of the entry itself and leaves its access time alone.</summary>
    public static void SetModified(string path, UnixTime time)
    {
        long[] times = [0, KeepTime, time.Seconds, time.Nanoseconds];
        Check(UTimeNsAt(CurrentDirectory, path, times, DoNotFollow), path);
    }

    private static void Check(int result, string path)
    {
        if (result != 0)
        {
            throw new IOException($"{path}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");
        }
    }

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static extern int StatX(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, out StatXBuffer buffer);

    [DllImport("libc", EntryPoint = "utimensat", SetLastError = true)]
    private static extern int UTimeNsAt(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, long[] times, int flags);

    // struct statx, the same on every architecture (statx(2)).
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private readonly struct StatXBuffer
    {
        [FieldOffset(20)] public readonly uint UserId;
        [FieldOffset(24)] public readonly uint GroupId;
        [FieldOffset(28)] public readonly ushort Mode;
        [FieldOffset(40)] public readonly ulong Size;
        [FieldOffset(112)] public readonly long ModifiedSeconds;
        [FieldOffset(120)] public readonly uint ModifiedNanoseconds;
    }
}
