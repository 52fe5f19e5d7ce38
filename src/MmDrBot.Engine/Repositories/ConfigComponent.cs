namespace MmDrBot.Engine.Repositories;

/// <summary>Mattermost's configuration.</summary>
/// <param name="Origin">`directory`, or `database` when it lives in the configurations table (and so in the database component).</param>
/// <param name="Path">The directory it was read from.</param>
/// <param name="Entries">Entries in the list.</param>
/// <param name="Bytes">Bytes of the files.</param>
/// <param name="List">The list of files, absent for `database`.</param>
/// <param name="Outside">The list of files that the configuration names elsewhere, by paths from the root; absent when there is none.</param>
public sealed record ConfigComponent(string Origin, string Path, long Entries, long Bytes, StreamRef? List, StreamRef? Outside = null);
