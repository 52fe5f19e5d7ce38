using System.Runtime.InteropServices;

namespace MmDrBot.Engine.Tests.ObjectStores.Local;

/// <summary>Makes write(2) of this process fail past a size, until it is disposed (the soft limit may go up again).</summary>
internal sealed class FileSizeLimit : IDisposable
{
    internal const string Alone = "changes limits of the process";
    private const int FileSize = 1;
    private const int FileSizeSignal = 25;
    private const nint Ignore = 1;
    private readonly Limit _before;

    private FileSizeLimit(Limit before) => _before = before;

    internal static FileSizeLimit Set(ulong bytes)
    {
        // Without this, the signal would end the process before write(2) can fail.
        _ = signal(FileSizeSignal, Ignore);
        Assert.Equal(0, getrlimit(FileSize, out var before));
        var limit = before with { Soft = bytes };
        Assert.Equal(0, setrlimit(FileSize, ref limit));
        return new FileSizeLimit(before);
    }

    public void Dispose()
    {
        var before = _before;
        Assert.Equal(0, setrlimit(FileSize, ref before));
    }

    [DllImport("libc")]
    private static extern nint signal(int number, nint handler);

    [DllImport("libc")]
    private static extern int getrlimit(int resource, out Limit limit);

    [DllImport("libc")]
    private static extern int setrlimit(int resource, ref Limit limit);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Limit(ulong Soft, ulong Hard);
}
