using MmDrBot.Access;
using MmDrBot.Data;

namespace MmDrBot.Protection;

/// <summary>Remembers what checks found, so that a damaged repository is not counted as a copy of the data.</summary>
internal sealed partial class RepositoryHealth(StateDatabase state, CopyRecords records, TimeProvider time, ILogger<RepositoryHealth> logger)
{
    private const int Everything = 100;

    /// <param name="repository">`main`, or the copy's name.</param>
    /// <param name="readShare">How much of the data was read, 0 to 1.</param>
    /// <param name="damage">What was found; empty where all is well.</param>
    internal async Task RecordAsync(string repository, double readShare, IReadOnlyList<string> damage)
    {
        try
        {
            await state.InTransactionAsync((transaction, token) => records.RecordCheckAsync(transaction, repository, (int)(readShare * Everything), damage.Count > 0 ? damage[0] : null, time.GetUtcNow(), token), CancellationToken.None);
        }
        catch (Refusal unavailable)
        {
            Log.NotRecorded(logger, unavailable, repository);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The state has no record of what was found in repository {Repository}.")]
        public static partial void NotRecorded(ILogger logger, Exception exception, string repository);
    }
}
