using MmDrBot.Jobs;
using MmDrBot.Verbs;

namespace MmDrBot.Features.JobHistory;

internal static class JobHistoryFeature
{
    internal static IServiceCollection AddJobHistory(this IServiceCollection services) => services
        .AddSingleton<JobHistory>()
        .AddSingleton<IJobReporter, JobNews>()
        .AddSingleton<JobEvents>()
        .AddSingleton<Verb, JobsVerb>()
        .AddSingleton<Verb, JobVerb>()
        .AddSingleton<Verb, CancelVerb>();
}
