using MmDrBot.Access;
using MmDrBot.Data;

namespace MmDrBot.Sso;

/// <summary>
/// What was said last of each sign-in service, by whichever replica: each turn is said by the one that writes it down first, and by another
/// should that one end before somebody took it.
/// </summary>
internal sealed class ProviderNews(StateDatabase state, TimeProvider time)
{
    private const string Down = "down";
    private const string Up = "up";

    /// <returns>Whether this process is to say that the service went down.</returns>
    internal Task<bool> ClaimDownAsync(string service, CancellationToken cancellationToken) => ClaimAsync(service, Down, cancellationToken);

    /// <param name="service">Which is back.</param>
    /// <param name="outageId">The open outage, which is worth a word even where nobody saw the service go; or null.</param>
    /// <param name="wasDown">What this process saw: decides while the state is out of reach.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether this process is to say that the service is back.</returns>
    internal Task<bool> ClaimUpAsync(string service, string? outageId, bool wasDown, CancellationToken cancellationToken) => outageId is not null
        ? ClaimAsync(service, $"{Up} {outageId}", cancellationToken)
        : TryAsync("update provider_news set said = @said, told = 0, at = @now where service = @service and said = 'down'", new { service, said = Up, now = Now }, wasDown, cancellationToken);

    /// <param name="service">Of which this process sees how it stands.</param>
    /// <param name="isUp">How that is; news of something else are old.</param>
    /// <param name="patience">How long whoever wanted to say it may be silent.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether this process is to say what another wanted to say, and has not.</returns>
    internal Task<bool> TakeUntoldAsync(string service, bool isUp, TimeSpan patience, CancellationToken cancellationToken) => TryAsync(
        $"update provider_news set at = @now where service = @service and told = 0 and at < @before and said {(isUp ? "<>" : "=")} 'down'",
        new { service, before = Now - (long)patience.TotalMilliseconds, now = Now },
        otherwise: false,
        cancellationToken);

    /// <summary>Notes that it was said, or that this process will go on trying.</summary>
    internal Task SaidAsync(string service, bool told, CancellationToken cancellationToken) =>
        TryAsync("update provider_news set told = @told, at = @now where service = @service and told = 0", new { service, told = told ? 1L : 0L, now = Now }, otherwise: false, cancellationToken);

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private Task<bool> ClaimAsync(string service, string said, CancellationToken cancellationToken) => TryAsync(
        "insert into provider_news (service, said, told, at) values (@service, @said, 0, @now) on conflict (service) do update set said = excluded.said, told = 0, at = excluded.at where provider_news.said <> excluded.said",
        new { service, said, now = Now },
        otherwise: true,
        cancellationToken);

    private async Task<bool> TryAsync(string sql, object values, bool otherwise, CancellationToken cancellationToken)
    {
        try
        {
            return await state.InTransactionAsync((transaction, token) => transaction.ExecuteAsync(sql, values, token), cancellationToken) > 0;
        }
        catch (Refusal unavailable) when (unavailable.Reason is RefusalReason.Unavailable)
        {
            return otherwise; // Better said twice than never.
        }
    }
}
