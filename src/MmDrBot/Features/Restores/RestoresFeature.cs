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
        .AddSingleton<StartRestore>()
        .AddSingleton<PlanRestore>()
        .AddTransient<IJobHandler, RestoreJob>()
        .AddSingleton<IJobReport, RestoreReport>()
        .AddSingleton<Verb, RestoreVerb>();
}
