using MmDrBot.Access;
using MmDrBot.Jobs;
using MmDrBot.Protection;
using MmDrBot.Settings;

namespace MmDrBot.Features.Copies;

/// <summary>Looks now and then whether a copy lacks something, and has it replicated: after a failure, or a backup that no service saw.</summary>
internal sealed partial class CopyCare(AppSettings settings, CopyLag lag, ReplicationQueue queue, TimeProvider time, ILogger<CopyCare> logger) : BackgroundService
{
    private static readonly TimeSpan Round = TimeSpan.FromMinutes(1);
    private readonly Dictionary<string, DateTimeOffset> _looked = [];

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
        try
        {
            foreach (var copy in await DueAsync(cancellationToken))
            {
                await queue.LeaveAsync(copy, cancellationToken);
                _looked[copy] = time.GetUtcNow();
            }
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            Log.Failed(logger, failure);
        }
    }

    /// <summary>A copy that lacks nothing as far as the state knows is replicated to once a day all the same: records travel too, and the state may not know all.</summary>
    private async Task<IReadOnlyList<string>> DueAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var due = new List<string>();
        foreach (var copy in await lag.ReadAsync(cancellationToken))
        {
            var every = settings.Repositories[copy.Name].Every;
            var wait = copy.Missing > 0 || copy.Error is not null || copy.ReplicatedAt is null ? every : TimeSpan.FromTicks(Math.Max(every.Ticks, TimeSpan.TicksPerDay));
            var last = new[] { copy.ReplicatedAt, copy.FailedAt, _looked.TryGetValue(copy.Name, out var looked) ? looked : null }.Max();
            if (every > TimeSpan.Zero && (last is null || (now - last.Value).Duration() >= wait))
            {
                due.Add(copy.Name);
            }
        }

        return due;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Whether the copies lack something could not be looked at.")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
