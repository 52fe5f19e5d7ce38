using System.Diagnostics;

namespace MmDrBot.Tests.Data;

/// <summary>Waits, in real time, for what happens on other threads.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>Tries until the condition holds; <paramref name="meanwhile"/> may move a fake clock on.</summary>
    public static async Task IsTrueAsync(Func<Task<bool>> condition, Action? meanwhile = null, TimeSpan? patience = null)
    {
        var watch = Stopwatch.StartNew();

        while (!await condition())
        {
            Assert.True(watch.Elapsed < (patience ?? Patience), "It did not come true in time.");
            meanwhile?.Invoke();
            await Task.Delay(10);
        }
    }
}
