using MmDrBot.Access;
using MmDrBot.Data;

namespace MmDrBot.Sso;

/// <summary>What was said last of each sign-in service, by whichever replica: each turn is said by the one that writes it down first.</summary>
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
        : TryAsync("update provider_news set said = @said, at = @now where service = @service and said = 'down'", service, Up, wasDown, cancellationToken);

    private Task<bool> ClaimAsync(string service, string said, CancellationToken cancellationToken) => TryAsync(
        "insert into provider_news (service, said, at) values (@service, @said, @now) on conflict (service) do update set said = excluded.said, at = excluded.at where provider_news.said <> excluded.said",
        service,
        said,
        otherwise: true,
        cancellationToken);

    private async Task<bool> TryAsync(string sql, string service, string said, bool otherwise, CancellationToken cancellationToken)
    {
        try
        {
            return await state.InTransactionAsync((transaction, token) => transaction.ExecuteAsync(sql, new { service, said, now = time.GetUtcNow().ToUnixTimeMilliseconds() }, token), cancellationToken) > 0;
        }
        catch (Refusal unavailable) when (unavailable.Reason is RefusalReason.Unavailable)
        {
            return otherwise; // Better said twice than never.
        }
    }
}
