using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Sso;

namespace MmDrBot.Features.Outages;

/// <summary>
/// Brings those back whose time is over; never while their service is not known to be up, since the end of a conversion must lock nobody
/// out. What comes of it is noted in the row, so that it is said once, by one process, and for all together.
/// </summary>
internal sealed class ExpireConversions(
    ConversionStore conversions, AccountReverter reverter, ProviderHealth health, AccountNews accountNews, StateDatabase state, AuditLog audit, TimeProvider time)
{
    private const string Waiting = "waiting";
    private const string Waits = "Its time is over; it waits for the sign-in service to be well.";
    private const int Named = 20;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);
    private readonly Dictionary<string, Pause> _pauses = [];

    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var over = (await conversions.ListOpenAsync(null, cancellationToken)).Where(one => one.State is ConversionState.Converted && one.ExpiresAt <= now).ToArray();
        foreach (var gone in _pauses.Keys.Except(over.Select(one => one.Id)).ToArray())
        {
            _pauses.Remove(gone);
        }

        var isUp = over.ToLookup(one => health.IsUp(one.AuthService, now));
        await BringBackAsync([.. isUp[true].Where(one => !_pauses.TryGetValue(one.Id, out var pause) || pause.Until <= now)], cancellationToken);
        foreach (var waiting in isUp[false].Where(one => one.ExpiryTold != Waiting).GroupBy(one => one.AuthService))
        {
            await PostponeAsync(waiting.Key, [.. waiting], cancellationToken);
        }
    }

    private async Task BringBackAsync(IReadOnlyList<Conversion> over, CancellationToken cancellationToken)
    {
        var failed = (await reverter.RevertAsync(over, Actor.System, null, cancellationToken)).Where(result => !result.IsBack && result.Outcome is not RevertOutcome.Busy).ToArray();
        foreach (var one in failed)
        {
            var length = _pauses.TryGetValue(one.Conversion.Id, out var pause) ? pause.Length * 2 : FirstPause;
            length = length < LongestPause ? length : LongestPause;
            _pauses[one.Conversion.Id] = new Pause(length, time.GetUtcNow() + length);
        }

        var news = await TellAsync([.. failed.Select(one => (one.Conversion, EnumText.Of(one.Outcome), one.Message))], "account.expiry_failed", cancellationToken);
        if (news.Count > 0)
        {
            await accountNews.SayAsync($"The time of {Names(news)} is over, but the way back failed; it is tried again by itself:\n{string.Join('\n', failed.Where(one => news.Contains(one.Conversion)).Take(Named).Select(one => $"- {one.Message}"))}", cancellationToken);
        }
    }

    private async Task PostponeAsync(string service, IReadOnlyList<Conversion> waiting, CancellationToken cancellationToken)
    {
        var news = await TellAsync([.. waiting.Select(one => (one, Waiting, Waits))], "account.expiry_postponed", cancellationToken);
        if (news.Count > 0)
        {
            await accountNews.SayAsync($"The time of {Names(news)} is over, but {service} is not known to be well: they stay converted until it is, or until `/dr sso revert`.", cancellationToken);
        }
    }

    /// <returns>Those of whom it was not noted yet.</returns>
    private Task<IReadOnlyList<Conversion>> TellAsync(IReadOnlyList<(Conversion Conversion, string Told, string Problem)> items, string action, CancellationToken cancellationToken) => state.InTransactionAsync(
        async (transaction, token) =>
        {
            var news = new List<(Conversion Conversion, string Problem)>();
            await ConversionStore.LockAsync(transaction, items.Select(item => item.Conversion.Id), token);
            foreach (var (conversion, told, problem) in items)
            {
                if (await conversions.TellExpiryAsync(transaction, conversion.Id, told, problem, token))
                {
                    news.Add((conversion, problem));
                }
            }

            foreach (var (conversion, problem) in news)
            {
                await audit.AppendAsync(transaction, AuditEntry.By(Actor.System, time.GetUtcNow(), action, conversion.Username, AuditOutcome.Failed) with { DetailJson = SsoAudit.Detail(conversion, problem) }, token);
            }

            return (IReadOnlyList<Conversion>)[.. news.Select(item => item.Conversion)];
        },
        cancellationToken);

    private static string Names(IReadOnlyList<Conversion> conversions) =>
        string.Join(", ", conversions.Take(Named).Select(one => $"@{one.Username}")) + (conversions.Count > Named ? $" and {conversions.Count - Named} more" : "");

    /// <param name="Length">How long this one is.</param>
    /// <param name="Until">When the way back is tried again.</param>
    private readonly record struct Pause(TimeSpan Length, DateTimeOffset Until);
}
