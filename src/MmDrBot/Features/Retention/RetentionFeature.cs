using MmDrBot.Jobs;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Retention;

internal static class RetentionFeature
{
    internal static IServiceCollection AddRetention(this IServiceCollection services) => services
        .AddSingleton<PolicyStore>()
        .AddSingleton<RetentionSurveys>()
        .AddSingleton<Consents>()
        .AddSingleton<ChangeRetention>()
        .AddSingleton<PlanRetention>()
        .AddSingleton<ApplyRetention>()
        .AddTransient<IJobHandler, RetentionJob>()
        .AddSingleton<IJobReport, RetentionReport>()
        .AddSingleton<Verb, RetentionShowVerb>()
        .AddSingleton<Verb, RetentionSetVerb>()
        .AddSingleton<Verb, RetentionRemoveVerb>()
        .AddSingleton<Verb, RetentionPlanVerb>()
        .AddSingleton<Verb, RetentionApplyVerb>();
}
