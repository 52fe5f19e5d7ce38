using System.Collections.Concurrent;
using MmDrBot.Access;
using MmDrBot.Announcing;
using MmDrBot.Jobs;
using MmDrBot.Mattermost;
using MmDrBot.Protection;
using MmDrBot.Settings;
using MmDrBot.Sso;

namespace MmDrBot.Features.Outages;

/// <summary>
/// A restored database is one of an earlier time: whoever was converted in it, or has been brought back since, is told at once, before
/// Mattermost lets anybody in. The service compares every half hour besides, since restores may run on other hosts.
/// </summary>
internal sealed partial class ReconcileAfterRestore(
    ReconcileAccounts reconcile, CompareLedger ledger, ConversionStore conversions, MattermostGate mattermost, Announcements announcements, TimeProvider time, ILogger<ReconcileAfterRestore> logger) : IJobReporter, IRestoredDatabase
{
    private const string Restore = "restore";
    private const int Shown = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, bool> _told = [];

    public async Task<IReadOnlyList<string>> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var found = await FindAsync(Patience, cancellationToken);
            Log.Found(logger, found.Count);
            return [.. found.Take(Shown), .. found.Count > Shown ? [$"{found.Count - Shown} more accounts need a look: `sso reconcile` lists them."] : Array.Empty<string>()];
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            Log.Failed(logger, failure);
            return ["The accounts of the restored database could not be compared with the conversions in the books, so whoever it took back to a password is not known: run `sso reconcile`."];
        }
    }

    public async Task TellAsync(IReadOnlyList<string> found, CancellationToken cancellationToken)
    {
        try
        {
            while (found.Count > 0 && !(await IsUpAsync(cancellationToken) && await SayAsync(found, cancellationToken)))
            {
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The end of the job says it.
        }
    }

    public async Task JobChangedAsync(Job job, CancellationToken cancellationToken)
    {
        if (job is not { Kind: Restore, State: JobState.Succeeded or JobState.PartlyFailed })
        {
            return;
        }

        string[] news = [.. (await FindAsync(null, cancellationToken)).Where(one => !_told.ContainsKey(one))];
        _told.Clear();
        if (news.Length > 0)
        {
            await SayAsync(news, cancellationToken);
        }
    }

    /// <summary>Our state may be lost with the rest, so that the ledger alone remembers somebody; where nobody was ever converted, one that can't be reached matters to nobody.</summary>
    private async Task<IReadOnlyList<string>> FindAsync(TimeSpan? patience, CancellationToken cancellationToken)
    {
        var books = await WithinAsync(patience, token => reconcile.CompareBooksAsync(Actor.System, token), cancellationToken);
        var isUsed = (await conversions.ListNewestAsync(cancellationToken)).Count > 0;
        return [.. books.Concat((await LedgerAsync(patience, cancellationToken)).Where(drift => isUsed || !drift.IsUnreached)).Select(drift => drift.Message)];
    }

    /// <summary>What the books told already stands, however long the ledger takes.</summary>
    private async Task<IReadOnlyList<Drift>> LedgerAsync(TimeSpan? patience, CancellationToken cancellationToken)
    {
        try
        {
            return await WithinAsync(patience, token => ledger.CompareAsync(null, token), cancellationToken);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return [CompareLedger.Unread("the repository took too long.") with { IsUnreached = true }];
        }
    }

    private async Task<T> WithinAsync<T>(TimeSpan? patience, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(patience ?? Timeout.InfiniteTimeSpan, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        return await work(either.Token);
    }

    private async Task<bool> IsUpAsync(CancellationToken cancellationToken)
    {
        try
        {
            await mattermost.Api.PingAsync(cancellationToken);
            return true;
        }
        catch (Exception failure) when (failure is MattermostApiException or Refusal)
        {
            return false;
        }
    }

    private async Task<bool> SayAsync(IReadOnlyList<string> found, CancellationToken cancellationToken)
    {
        var isTold = await announcements.SayAsync(NewsKind.AccountProblem, $"**After the restore, accounts need a look:**\n{string.Join('\n', found.Take(Shown + 1).Select(one => $"- {one}"))}\nNext: `sso reconcile`.", cancellationToken);
        foreach (var one in isTold ? found : [])
        {
            _told[one] = true;
        }

        return isTold;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Of the accounts in the restored database {Count} need a look.")]
        public static partial void Found(ILogger logger, int count);

        [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "The accounts of the restored database could not be compared with the conversions in the books.")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
