namespace MmDrBot.Engine.Verification;

/// <summary>
/// Tells an object that can't be read (a bad sector, lost rights) from a store that is away: the one is a finding, and the check goes on; the
/// other, many failures with nothing read in between, ends it. Safe for use by several threads.
/// </summary>
internal sealed class ReadFailures
{
    private const string Words = " can't be read: ";
    private const int Patience = 8;
    private int _inARow;

    internal void Succeeded() => Interlocked.Exchange(ref _inARow, 0);

    /// <summary>Whether the check goes on after this failure, which is counted.</summary>
    internal bool GoesOn(Exception failure) =>
        failure is IOException or UnauthorizedAccessException && Interlocked.Increment(ref _inARow) <= Patience;

    internal static string Describe(string name, Exception failure) =>
        failure.Message.Contains(Words, StringComparison.Ordinal) ? failure.Message : $"{name}{Words}{failure.Message}";
}
