using System.Diagnostics;

namespace MmDrBot.Engine.Backup;

/// <summary>Counts bytes as they pass and tells of them now and then. Safe for use by several threads.</summary>
/// <param name="report">Called at most every 200 ms, and when the phase changes.</param>
public sealed class BackupProgress(IProgress<ProgressReport>? report)
{
    private static readonly long Interval = Stopwatch.Frequency / 5;
    private readonly long _start = Stopwatch.GetTimestamp();
    private long _done;
    private long _total;
    private long _next;
    private string _phase = "";

    /// <summary>What is being done.</summary>
    public string Phase
    {
        get => _phase;
        set
        {
            _phase = value;
            Tell();
        }
    }

    /// <summary>Raises the expected number of bytes.</summary>
    public void Expect(long bytes) => Interlocked.Add(ref _total, bytes);

    /// <summary>Counts bytes that are done.</summary>
    public void Add(long bytes)
    {
        Interlocked.Add(ref _done, bytes);
        var now = Stopwatch.GetTimestamp();
        var next = Interlocked.Read(ref _next);
        if (now >= next && Interlocked.CompareExchange(ref _next, now + Interval, next) == next)
        {
            Tell();
        }
    }

    private void Tell() => report?.Report(new ProgressReport(_phase, Interlocked.Read(ref _done), Interlocked.Read(ref _total), Stopwatch.GetElapsedTime(_start)));
}

/// <summary>Where a long operation stands.</summary>
/// <param name="Phase">What is being done, such as `database`.</param>
/// <param name="Done">Bytes done.</param>
/// <param name="Total">Bytes expected, as far as known; 0 when unknown.</param>
/// <param name="Elapsed">Time since the start.</param>
public sealed record ProgressReport(string Phase, long Done, long Total, TimeSpan Elapsed);
