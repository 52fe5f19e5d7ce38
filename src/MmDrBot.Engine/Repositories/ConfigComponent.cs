namespace MmDrBot.Engine.Repositories;

/// <summary>Mattermost's configuration.</summary>
/// <param name="Origin">`directory`; `database` when it lives in the configurations table (and so in the database component); `other-database` when that table is in another one.</param>
/// <param name="Path">The directory it was read from, the table, or the other database without a password.</param>
/// <param name="Entries">Entries in the list.</param>
/// <param name="Bytes">Bytes of the files.</param>
/// <param name="List">The list of files, absent for `database`.</param>
/// <param name="Outside">The list of files that the configuration names elsewhere, by paths from the root; absent when there is none.</param>
/// <param name="Database">The configuration's tables, where they are in a database of their own.</param>
public sealed record ConfigComponent(string Origin, string Path, long Entries, long Bytes, StreamRef? List, StreamRef? Outside = null, DatabaseComponent? Database = null);
