using MmDrBot.Access;

namespace MmDrBot.Sso;

/// <summary>The rows of one call, kept as long as it lives and let go at its end.</summary>
internal sealed class OwnedRows : IAsyncDisposable
{
    private static readonly TimeSpan Sign = TimeSpan.FromMinutes(1);
    private readonly ConversionStore _conversions;
    private readonly TimeSpan _settle;
    private readonly CancellationTokenSource _done = new();
    private readonly Task _renewing;

    internal OwnedRows(ConversionStore conversions, TimeSpan settle, TimeProvider time)
    {
        (_conversions, _settle) = (conversions, settle);
        _renewing = RenewAsync(time);
    }

    internal WorkOwner Owner { get; } = WorkOwner.New();

    public async ValueTask DisposeAsync()
    {
        await _done.CancelAsync();
        await _renewing;
        _done.Dispose();
        await _conversions.ReleaseAsync(Owner, _settle, CancellationToken.None);
    }

    private async Task RenewAsync(TimeProvider time)
    {
        using var timer = new PeriodicTimer(Sign, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_done.Token))
            {
                await TryRenewAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The call is over.
        }
    }

    /// <summary>A state that is away now may be back at the next tick; until then whoever works looks before each step whether the rows are still its own.</summary>
    private async Task TryRenewAsync()
    {
        try
        {
            await _conversions.RenewAsync(Owner, CancellationToken.None);
        }
        catch (Refusal)
        {
        }
    }
}
