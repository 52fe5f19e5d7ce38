using FluentValidation;
using MmDrBot.Jobs;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Restores;

internal static class RestoresFeature
{
    internal static IServiceCollection AddRestores(this IServiceCollection services) => services
        .AddSingleton<IValidator<StartRestoreRequest>, StartRestoreValidator>()
        .AddSingleton<RestoreTargets>()
        .AddSingleton<FilesBucket>()
        .AddSingleton<RestorePlaces>()
        .AddSingleton<ServerStop>()
        .AddSingleton<ShownPlans>()
        .AddSingleton<ShowPlan>()
        .AddSingleton<ConfirmRestore>()
        .AddSingleton<StartRestore>()
        .AddSingleton<PlanRestore>()
        .AddTransient<IJobHandler, RestoreJob>()
        .AddTransient<IJobHandler, ShowPlanJob>()
        .AddSingleton<IJobReport, RestoreReport>()
        .AddSingleton<IJobReport, ShowPlanReport>()
        .AddSingleton<Verb, RestoreVerb>();

    /// <summary>What the service does besides, for chat.</summary>
    internal static IServiceCollection AddRestorePosts(this IServiceCollection services) => services.AddSingleton<IJobReporter, PlanPosts>();
}
