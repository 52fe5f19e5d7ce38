using System.ComponentModel;
using System.Runtime.InteropServices;

namespace MmDrBot.Engine.Platform;

/// <summary>The few calls of libc that .NET does not offer: whole stat data, ownership of links, times in nanoseconds, directory sync.</summary>
internal static partial class Posix
{
    private const int AtFdCwd = -100;
    private const int AtSymlinkNoFollow = 0x100;
    private const uint StatxBasicStats = 0x7ff;
    private const int OpenReadOnly = 0;
    private const int OpenDirectory = 0x10000; // x86-64; see DirectoryFlag
    private const long UtimeOmit = (1L << 30) - 2;

    internal const int Interrupt = 2;
    internal const int Quit = 3;
    internal const int Kill = 9;
    internal const int Terminate = 15;

    internal const int NoEntry = 2;
    internal const int AccessDenied = 13;
    internal const int Exists = 17;
    internal const int Invalid = 22;
    internal const int NoSpace = 28;

    /// <summary>Reads an entry's metadata without following a symbolic link.</summary>
    /// <returns>The metadata, or null when the entry is gone.</returns>
    internal static unsafe FileStatus? Stat(string path)
    {
        Statx buffer;
        if (statx(AtFdCwd, path, AtSymlinkNoFollow, StatxBasicStats, &buffer) == 0)
        {
            return new FileStatus(buffer.Mode, buffer.Uid, buffer.Gid, (long)buffer.Size, Nanoseconds(buffer.Modified), Nanoseconds(buffer.Changed), (long)buffer.Inode);
        }

        return Marshal.GetLastPInvokeError() is NoEntry ? null : throw Failure("stat", path);
    }

    /// <summary>Where a symbolic link leads, byte for byte; null when it is gone.</summary>
    internal static unsafe byte[]? ReadLink(string path)
    {
        var target = new byte[4096];
        fixed (byte* buffer = target)
        {
            var length = readlink(path, buffer, target.Length);
            return length >= 0 ? target[..(int)length] : Marshal.GetLastPInvokeError() is NoEntry ? null : throw Failure("readlink", path);
        }
    }

    /// <summary>Makes a symbolic link to any bytes.</summary>
    internal static unsafe void MakeLink(ReadOnlySpan<byte> target, string path)
    {
        fixed (byte* buffer = (byte[])[.. target, 0])
        {
            Check(symlink(buffer, path), "symlink", path);
        }
    }

    internal static void SetOwner(string path, uint user, uint group) => Check(lchown(path, user, group), "chown", path);

    internal static void SetMode(string path, uint mode) => Check(chmod(path, mode & 0xfff), "chmod", path);

    /// <summary>Sets the modification time; the access time stays as it is.</summary>
    internal static unsafe void SetModified(string path, long nanoseconds)
    {
        var times = stackalloc long[4];
        times[1] = UtimeOmit;
        times[2] = Math.DivRem(nanoseconds, 1_000_000_000, out var rest);
        times[3] = rest;
        if (rest < 0)
        {
            times[2]--;
            times[3] += 1_000_000_000;
        }

        Check(utimensat(AtFdCwd, path, times, AtSymlinkNoFollow), "utimensat", path);
    }

    /// <summary>Gives a file a second name, failing when the name is taken: an atomic create-once.</summary>
    /// <returns>False when <paramref name="target"/> exists.</returns>
    internal static bool TryLink(string source, string target)
    {
        if (link(source, target) == 0)
        {
            return true;
        }

        return Marshal.GetLastPInvokeError() is Exists ? false : throw Failure("link", target);
    }

    /// <summary>Makes renames and creations in a directory durable.</summary>
    internal static void SyncDirectory(string path)
    {
        var descriptor = open(path, OpenReadOnly | DirectoryFlag);
        if (descriptor < 0)
        {
            throw Failure("open", path);
        }

        try
        {
            Check(fsync(descriptor), "fsync", path);
        }
        finally
        {
            _ = close(descriptor);
        }
    }

    /// <summary>Makes everything on a path's file system durable.</summary>
    internal static void SyncFileSystem(string path)
    {
        var descriptor = open(path, OpenReadOnly | DirectoryFlag);
        if (descriptor < 0)
        {
            throw Failure("open", path);
        }

        try
        {
            Check(syncfs(descriptor), "syncfs", path);
        }
        finally
        {
            _ = close(descriptor);
        }
    }

    /// <summary>Sends a signal to a process, or with a negative number to a group of them; one that is gone is no error.</summary>
    internal static void Signal(int process, int signal) => _ = kill(process, signal);

    internal static IOException Failure(string call, string path)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"{call} {path}: {new Win32Exception(error).Message}", error);
    }

    private static int DirectoryFlag => RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x4000 : OpenDirectory;

    private static void Check(int result, string call, string path)
    {
        if (result != 0)
        {
            throw Failure(call, path);
        }
    }

    private static long Nanoseconds(StatxTime time) => (time.Seconds * 1_000_000_000) + time.Nanoseconds;

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int statx(int directory, string path, int flags, uint mask, Statx* buffer);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int lchown(string path, uint user, uint group);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int chmod(string path, uint mode);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int utimensat(int directory, string path, long* times, int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial nint readlink(string path, byte* buffer, nint size);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int symlink(byte* target, string path);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int link(string source, string target);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int open(string path, int flags, uint mode = 0);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int syncfs(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fsync(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int close(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    internal static unsafe partial nint write(int descriptor, byte* buffer, nint count);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int kill(int process, int signal);

    [LibraryImport("libc")]
    internal static partial uint geteuid();

    [StructLayout(LayoutKind.Sequential)]
    private struct StatxTime
    {
        public long Seconds;
        public uint Nanoseconds;
        public int Reserved;
    }

    [StructLayout(LayoutKind.Sequential, Size = 256)]
    private struct Statx
    {
        public uint Mask;
        public uint BlockSize;
        public ulong Attributes;
        public uint Links;
        public uint Uid;
        public uint Gid;
        public ushort Mode;
        public ushort Spare;
        public ulong Inode;
        public ulong Size;
        public ulong Blocks;
        public ulong AttributesMask;
        public StatxTime Accessed;
        public StatxTime Born;
        public StatxTime Changed;
        public StatxTime Modified;
    }
}
