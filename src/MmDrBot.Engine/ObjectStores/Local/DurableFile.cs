using System.Runtime.InteropServices;
using MmDrBot.Engine.Platform;

namespace MmDrBot.Engine.ObjectStores.Local;

/// <summary>
/// Writes a new file and syncs it. Large page-aligned content bypasses the page cache: for packs, which are not read again soon,
/// buffered writes cost several times the CPU of direct ones.
/// </summary>
internal static unsafe class DurableFile
{
    private const int WriteOnly = 1, Create = 0x40, Exclusive = 0x80;
    private const uint OwnerOnly = 0x180; // 0600
    private const int WorthIt = 1 << 20;

    private static int DirectFlag => RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x10000 : 0x4000;

    internal static void Write(string path, ReadOnlySpan<byte> content)
    {
        fixed (byte* start = content)
        {
            var aligned = content.Length & ~(AlignedBuffer.Alignment - 1);
            var direct = content.Length >= WorthIt && (nuint)start % AlignedBuffer.Alignment == 0 && TryWriteDirect(path, start, aligned);
            Append(path, direct ? 0 : Create | Exclusive, content[(direct ? aligned : 0)..]);
        }
    }

    /// <returns>False when the file system does not do direct I/O; nothing is left behind then.</returns>
    private static bool TryWriteDirect(string path, byte* start, int length)
    {
        var descriptor = Posix.open(path, WriteOnly | Create | Exclusive | DirectFlag, OwnerOnly);
        if (descriptor < 0)
        {
            return Marshal.GetLastPInvokeError() is Posix.Invalid ? RemoveAndGiveUp(path) : throw Posix.Failure("open", path);
        }

        try
        {
            return WriteAll(descriptor, path, start, length, giveUpOnInvalid: true) || RemoveAndGiveUp(path);
        }
        finally
        {
            _ = Posix.close(descriptor);
        }
    }

    private static bool RemoveAndGiveUp(string path)
    {
        File.Delete(path);
        return false;
    }

    private static void Append(string path, int flags, ReadOnlySpan<byte> rest)
    {
        const int append = 0x400;
        var descriptor = Posix.open(path, WriteOnly | append | flags, OwnerOnly);
        if (descriptor < 0)
        {
            throw Posix.Failure("open", path);
        }

        try
        {
            fixed (byte* start = rest)
            {
                WriteAll(descriptor, path, start, rest.Length, giveUpOnInvalid: false);
            }

            if (Posix.fsync(descriptor) != 0)
            {
                throw Posix.Failure("fsync", path);
            }
        }
        finally
        {
            _ = Posix.close(descriptor);
        }
    }

    private static bool WriteAll(int descriptor, string path, byte* start, int length, bool giveUpOnInvalid)
    {
        for (var done = 0; done < length;)
        {
            var count = (int)Posix.write(descriptor, start + done, length - done);
            if (count < 0)
            {
                return giveUpOnInvalid && Marshal.GetLastPInvokeError() is Posix.Invalid ? false : throw Posix.Failure("write", path);
            }

            done += count;
        }

        return true;
    }
}
