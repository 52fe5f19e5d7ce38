namespace MmDrBot.Scheduling;

internal static class SchedulingServices
{
    internal static IServiceCollection AddScheduling(this IServiceCollection services) => services
        .AddSingleton<ScheduleStore>()
        .AddSingleton<ScheduleRunStore>()
        .AddSingleton<ScheduledCommands>()
        .AddSingleton<ScheduleDecisions>()
        .AddSingleton<ScheduleRunner>()
        .AddSingleton<ScheduleSignal>()
        .AddSingleton<ScheduleStandings>()
        .AddSingleton<BuiltInSchedules>();

    /// <summary>Starts what is due; for the service only.</summary>
    internal static IServiceCollection AddScheduleClock(this IServiceCollection services) => services.AddHostedService<ScheduleClock>();
}
