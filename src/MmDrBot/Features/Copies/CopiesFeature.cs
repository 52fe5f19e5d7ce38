using MmDrBot.Alarms;
using MmDrBot.Jobs;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Copies;

internal static class CopiesFeature
{
    internal static IServiceCollection AddCopies(this IServiceCollection services) => services
        .AddSingleton<Replicate>()
        .AddTransient<IJobHandler, ReplicateJob>()
        .AddSingleton<IJobReport, ReplicateReport>()
        .AddSingleton<Verb, ReplicateVerb>()
        .AddSingleton<IAlarmSource, CopyAlarms>()
        .AddSingleton<ListRepositories>()
        .AddSingleton<Verb, RepositoriesVerb>();

    /// <summary>What goes on by itself; for the service only.</summary>
    internal static IServiceCollection AddCopyCare(this IServiceCollection services) => services.AddHostedService<CopyCare>();
}
