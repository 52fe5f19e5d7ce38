namespace MmDrBot.TestKit.Files;

/// <summary>A point in time as a file system stores it; .NET's own times stop at 100 ns.</summary>
public readonly record struct UnixTime(long Seconds, long Nanoseconds)
{
    public static UnixTime FromMilliseconds(long milliseconds) => new(milliseconds / 1000, milliseconds % 1000 * 1_000_000);

    /// <inheritdoc/>
    public override string ToString() => $"{Seconds}.{Nanoseconds:D9}";
}
