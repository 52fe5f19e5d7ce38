using MmDrBot.Access;
using MmDrBot.Announcing;
using MmDrBot.Data;
using MmDrBot.Protection;
using MmDrBot.Settings;
using MmDrBot.Sso;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Outages;

/// <summary>
/// What has to be done without being asked: finish what was interrupted, bring back whose time is over, put settings back, remind of open
/// outages, compare the books with the database, anchor the audit.
/// </summary>
internal sealed partial class OutageCare(
    AbandonedWork abandoned, ConversionStore conversions, OutageStore outages, ExpireConversions expire, ReconcileAccounts reconcile, CompareLedger ledger, SignInSettings signIn, AuditAnchors anchors, AccountNews news, Announcements announcements, StateDatabase state, SsoOptions options, TimeProvider time, ILogger<OutageCare> logger) : BackgroundService
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Seldom = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan Daily = TimeSpan.FromDays(1);
    private const int Shown = 20;
    private readonly HashSet<(string, string)> _said = [];
    private HashSet<string> _drifts = [];
    private DateTimeOffset _settleAgain = DateTimeOffset.MinValue;
    private DateTimeOffset _last = DateTimeOffset.MinValue;
    private DateTimeOffset _ledgerRead = DateTimeOffset.MinValue;
    private IReadOnlyList<Drift> _inLedger = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Round, time);
        do
        {
            await RoundAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>One round; what fails in it is logged and tried again in the next.</summary>
    internal async Task RoundAsync(CancellationToken cancellationToken)
    {
        await TryAsync(() => news.RetryAsync(cancellationToken), cancellationToken);
        await TryAsync(async () => await abandoned.ResumeAsync(cancellationToken), cancellationToken);
        await TryAsync(() => expire.RunAsync(cancellationToken), cancellationToken);
        await TryAsync(async () => OutageMetrics.Set(await conversions.ListOpenAsync(null, cancellationToken), time.GetUtcNow()), cancellationToken);
        await TryAsync(() => SettleAsync(cancellationToken), cancellationToken);
        await TryAsync(() => RemindAsync(cancellationToken), cancellationToken);
        if (time.GetUtcNow() - _last >= Seldom)
        {
            _last = time.GetUtcNow();
            await TryAsync(() => anchors.WriteAsync(again: false, cancellationToken), cancellationToken);
            await TryAsync(() => CompareAsync(cancellationToken), cancellationToken);
        }
    }

    private async Task SayOnceAsync(string id, string text, CancellationToken cancellationToken)
    {
        if (_said.Add((id, text)))
        {
            await news.SayAsync(text, cancellationToken);
        }
    }

    private async Task RemindAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        foreach (var outage in await outages.ListAsync(openOnly: true, int.MaxValue, cancellationToken))
        {
            if (now - (outage.RemindedAt ?? outage.OpenedAt) < options.RemindEvery || !await state.InTransactionAsync((transaction, token) => outages.RemindedAsync(transaction, outage, now, token), cancellationToken))
            {
                continue;
            }

            var converted = await conversions.ListOpenAsync(outage.Id, cancellationToken);
            var oldest = converted.Count == 0 ? "" : $", the oldest for {Words.Duration(now - converted.Min(one => one.ConvertedAt ?? one.CreatedAt))}";
            await announcements.SayAsync(NewsKind.OutageReminder, $"The outage of {outage.Service} (ticket {Words.Code(outage.Ticket)}) is open for {Words.Duration(now - outage.OpenedAt)}; {Words.Count(converted.Count, "account is", "accounts are")} converted{oldest}.\nNext: `/dr sso status`, and `/dr sso close {outage.Service}` when it is over.", SsoButtons.Of(outage.Service), cancellationToken);
        }
    }

    /// <summary>Puts back the settings of outages that were closed by a call that could not do so itself; that of a moment ago may be at it.</summary>
    private async Task SettleAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        foreach (var closed in (await outages.ListUnsettledAsync(cancellationToken)).Where(outage => outage.ClosedAt <= now - Round && now >= _settleAgain))
        {
            var end = await signIn.RestoreAsync(closed, Actor.System, cancellationToken);
            _settleAgain = end.IsDone ? _settleAgain : now + Seldom;
            await SayOnceAsync(closed.Id, end.Note ?? $"Sign-in by e-mail, which was on for the outage of {closed.Service}, is off again.", cancellationToken);
        }
    }

    /// <summary>Says only what is new since the last look; what Mattermost did not take then is new.</summary>
    private async Task CompareAsync(CancellationToken cancellationToken)
    {
        var books = await reconcile.CompareBooksAsync(Actor.System, cancellationToken);
        var found = books.Where(drift => !drift.IsStraggler).Concat(await LedgerAsync(cancellationToken)).ToArray();
        var fresh = found.Where(drift => !_drifts.Contains(drift.Message)).ToArray();
        var isTaken = fresh.Length == 0 || await announcements.SayAsync(NewsKind.AccountProblem, $"**Conversions and Mattermost's database do not agree:**\n{string.Join('\n', fresh.Take(Shown).Select(drift => $"- {drift.Message}"))}{(fresh.Length > Shown ? $"\n{fresh.Length - Shown} more: `sso reconcile` lists them." : "")}", cancellationToken);
        _drifts = [.. found.Except(isTaken ? [] : fresh).Select(drift => drift.Message)];
    }

    /// <summary>
    /// The ledger is looked through while there is an outage, at the start and once a day: books that were lost know of no outage. Where nobody was ever
    /// converted, a ledger that can't be reached matters to nobody.
    /// </summary>
    private async Task<IReadOnlyList<Drift>> LedgerAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (now - _ledgerRead >= Daily || (await outages.ListAsync(openOnly: true, 1, cancellationToken)).Count > 0)
        {
            var isUsed = (await conversions.ListNewestAsync(cancellationToken)).Count > 0;
            _inLedger = [.. (await ledger.CompareAsync(null, cancellationToken)).Where(drift => isUsed || !drift.IsUnreached)];
            _ledgerRead = now;
        }

        return _inLedger;
    }

    private async Task TryAsync(Func<Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await work();
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            Log.Failed(logger, failure);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Something that is done by itself during outages failed; it is tried again.")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
