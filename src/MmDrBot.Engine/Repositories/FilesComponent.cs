namespace MmDrBot.Engine.Repositories;

/// <summary>Mattermost's file store.</summary>
/// <param name="Driver">`local` or `amazons3`.</param>
/// <param name="Path">The directory, or bucket and prefix.</param>
/// <param name="Mode">`copy` (contents are stored), `inventory` (names and sizes only) or `leave` (nothing).</param>
/// <param name="Entries">Entries in the list.</param>
/// <param name="Bytes">Bytes of the files.</param>
/// <param name="List">The list of files; null for `leave`.</param>
/// <param name="Missing">Paths that fileinfo names and the store lacks, newly missing ones first (at most 1,000).</param>
/// <param name="MissingCount">How many there are in all.</param>
/// <param name="Unreadable">What is there but could not be read, with the reason.</param>
public sealed record FilesComponent(
    string Driver,
    string Path,
    string Mode,
    long Entries,
    long Bytes,
    StreamRef? List,
    IReadOnlyList<string> Missing,
    long MissingCount,
    IReadOnlyList<string> Unreadable)
{
    /// <summary>How many files have another size than fileinfo says; null where they were not counted.</summary>
    public long? OtherSizes { get; init; }
}
