using MmDrBot.Interactions;

namespace MmDrBot.Commands;

/// <summary>Clears away what buttons and forms left in the state when they expired.</summary>
internal sealed partial class InteractionSweep(InvitationStore invitations, ButtonPostStore posts, TimeProvider time, ILogger<InteractionSweep> logger) : BackgroundService
{
    private static readonly TimeSpan Round = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Round, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await invitations.SweepAsync(stoppingToken);
                await posts.SweepAsync(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                Log.Failed(logger, failure);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Expired buttons and forms could not be cleared away; that is tried again.")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
