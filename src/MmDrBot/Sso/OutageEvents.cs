using MmDrBot.Access;
using MmDrBot.Data;
using MmDrBot.Webhooks;

namespace MmDrBot.Sso;

/// <summary>What webhooks are told of outages: service, ticket and counts, never who.</summary>
internal static class OutageEvents
{
    internal static WebhookEvent Opened(Outage outage) =>
        new(WebhookEvents.OutageOpened, new { outage = outage.Id, service = outage.Service, ticket = outage.Ticket, openedAt = outage.OpenedAt });

    internal static async Task<WebhookEvent> ClosedAsync(StateTransaction transaction, string id, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var outage = await transaction.FirstOrDefaultAsync<About>("select service, ticket, opened_at from outages where id = @id", new { id }, cancellationToken);
        var ends = await transaction.QueryAsync<End>("select state, count(*) as number from conversions where outage_id = @id group by state", new { id }, cancellationToken);
        return new WebhookEvent(WebhookEvents.OutageClosed, new
        {
            outage = id,
            service = outage?.Service,
            ticket = outage?.Ticket,
            openedAt = outage is null ? (DateTimeOffset?)null : DateTimeOffset.FromUnixTimeMilliseconds(outage.OpenedAt),
            closedAt = at,
            conversions = ends.Sum(end => end.Number),
            signedOff = ends.Where(end => end.State == EnumText.Of(ConversionState.SignedOff)).Sum(end => end.Number),
        });
    }

    private sealed class About
    {
        public string Service { get; init; } = "";

        public string Ticket { get; init; } = "";

        public long OpenedAt { get; init; }
    }

    private sealed class End
    {
        public string State { get; init; } = "";

        public long Number { get; init; }
    }
}
