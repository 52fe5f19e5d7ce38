namespace MmDrBot.Protection;

/// <summary>
/// Whoever keeps books of what stands in the protected server's database: one that was restored is of an earlier time. What is found, or
/// fails, here ends no restore.
/// </summary>
internal interface IRestoredDatabase
{
    /// <summary>Called when the database is whole again and Mattermost not started on it yet.</summary>
    /// <returns>What has to be looked after, a sentence each.</returns>
    Task<IReadOnlyList<string>> LookAsync(CancellationToken cancellationToken);

    /// <summary>Says it in chat as soon as Mattermost answers; gives up when it is cancelled.</summary>
    Task TellAsync(IReadOnlyList<string> found, CancellationToken cancellationToken);
}
