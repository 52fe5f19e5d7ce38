using MmDrBot.Engine.Platform;
using MmDrBot.Engine.Tests.Support;

namespace MmDrBot.Engine.Tests.Platform;

public sealed class BackoffTests
{
    [Fact]
    public async Task Pauses_grow_to_the_longest_and_end_with_the_total()
    {
        var time = new FastTime();
        var backoff = new Backoff(time, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(60));
        while (await backoff.PauseAsync(CancellationToken.None))
        {
        }

        Assert.Equal(TimeSpan.FromSeconds(60), time.Waits.Aggregate(TimeSpan.Zero, (sum, wait) => sum + wait));
        double[] limits = [1, 2, 4, 8, 8, 8];
        Assert.All(limits.Zip(time.Waits), pair => Assert.InRange(pair.Second.TotalSeconds, pair.First / 2, pair.First));
        Assert.InRange(time.Waits.Count, 10, 20);
    }

    [Fact]
    public async Task Two_do_not_pause_alike()
    {
        var waits = new List<TimeSpan>();
        for (var i = 0; i < 10; i++)
        {
            var time = new FastTime();
            await new Backoff(time, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(60)).PauseAsync(CancellationToken.None);
            waits.AddRange(time.Waits);
        }

        Assert.True(waits.Distinct().Count() > 5);
    }

    [Fact]
    public async Task A_cancelled_pause_ends_at_once()
    {
        using var stop = new CancellationTokenSource();
        var pause = new Backoff(TimeProvider.System, TimeSpan.FromHours(1), TimeSpan.FromHours(1), TimeSpan.FromHours(2)).PauseAsync(stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pause);
    }
}
