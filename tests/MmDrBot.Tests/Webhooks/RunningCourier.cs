using MmDrBot.Webhooks;

namespace MmDrBot.Tests.Webhooks;

/// <summary>A courier at work, until it is disposed.</summary>
internal sealed class RunningCourier(WebhookCourier courier) : IAsyncDisposable
{
    internal static async Task<RunningCourier> StartAsync(WebhookCourier courier)
    {
        await courier.StartAsync(CancellationToken.None);
        return new RunningCourier(courier);
    }

    public async ValueTask DisposeAsync() => await courier.StopAsync(CancellationToken.None);
}
