using MmDrBot.Access;
using MmDrBot.Diagnosis;
using MmDrBot.Settings;
using Polly;
using Polly.Retry;

namespace MmDrBot.Features.MattermostSetup;

/// <summary>Registers `/dr` when the service starts, in the teams that the settings name; without any, it only looks and tells the log.</summary>
internal sealed partial class RegistrationAtStart(RegisterMattermost register, ServerSettings server, AppSettings settings, TimeProvider time, ILogger<RegistrationAtStart> logger) : BackgroundService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The doors must not wait for this.
        await Task.Yield();
        try
        {
            await Retry().ExecuteAsync(async token => await RunAsync(token), stoppingToken);
        }
        catch (Refusal refusal)
        {
            // Nothing that waiting would mend.
            Log.GaveUp(logger, refusal.Message, refusal.Hint ?? "");
        }
    }

    /// <summary>One attempt.</summary>
    /// <exception cref="Refusal">It could not be done, as far as is known now.</exception>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        if (!settings.Mattermost.Register || settings.Mattermost.Teams.Count == 0)
        {
            Tell(await server.CheckAsync(cancellationToken));
            return;
        }

        var result = await register.HandleAsync(new RegisterRequest(), Actor.System, cancellationToken);
        foreach (var team in result.Teams)
        {
            if (team.Cure is { } cure)
            {
                Log.NotRegistered(logger, team.Team, team.Detail, cure);
            }
            else if (team.Outcome is not RegistrationOutcome.Unchanged)
            {
                Log.Registered(logger, team.Team, team.Detail);
            }
        }

        Tell(result.Settings);
    }

    private void Tell(IEnumerable<Finding> findings)
    {
        foreach (var finding in findings.Where(finding => finding.State is FindingState.Failed or FindingState.Warning))
        {
            Log.Setting(logger, finding.What, finding.Detail, finding.Cure ?? "");
        }
    }

    /// <summary>Mattermost may start after us, and may be away for hours.</summary>
    private ResiliencePipeline Retry() => new ResiliencePipelineBuilder { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<Refusal>(refusal => refusal.Reason is RefusalReason.Unavailable or RefusalReason.Locked),
            MaxRetryAttempts = int.MaxValue,
            BackoffType = DelayBackoffType.Exponential,
            Delay = FirstPause,
            MaxDelay = LongestPause,
            OnRetry = attempt =>
            {
                Log.Waits(logger, attempt.Outcome.Exception!.Message, attempt.RetryDelay);
                return default;
            },
        })
        .Build();

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "/dr in team {Team}: {Detail}")]
        public static partial void Registered(ILogger logger, string team, string detail);

        [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "/dr is not registered in team {Team}: {Detail} {Cure}")]
        public static partial void NotRegistered(ILogger logger, string team, string detail, string cure);

        [LoggerMessage(EventId = 3, Level = LogLevel.Warning, Message = "Mattermost's setting {Name}: {Detail} {Cure}")]
        public static partial void Setting(ILogger logger, string name, string detail, string cure);

        [LoggerMessage(EventId = 4, Level = LogLevel.Warning, Message = "Registering with Mattermost waits {Pause}: {Reason}")]
        public static partial void Waits(ILogger logger, string reason, TimeSpan pause);

        [LoggerMessage(EventId = 5, Level = LogLevel.Warning, Message = "Not registered with Mattermost: {Reason} {Hint}")]
        public static partial void GaveUp(ILogger logger, string reason, string hint);
    }
}
