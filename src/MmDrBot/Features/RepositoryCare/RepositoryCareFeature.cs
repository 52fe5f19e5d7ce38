using FluentValidation;
using MmDrBot.Diagnosis;
using MmDrBot.Jobs;
using MmDrBot.Verbs;

namespace MmDrBot.Features.RepositoryCare;

internal static class RepositoryCareFeature
{
    internal static IServiceCollection AddRepositoryCare(this IServiceCollection services) => services
        .AddSingleton<InitializeRepository>()
        .AddSingleton<Verb, RepositoryInitVerb>()
        .AddSingleton<IValidator<CheckRepositoryRequest>, CheckRepositoryValidator>()
        .AddSingleton<ExpectedRestorePoints>()
        .AddSingleton<RepositoryCheckup>()
        .AddSingleton<CheckRepository>()
        .AddTransient<IJobHandler, CheckJob>()
        .AddSingleton<IJobReport, CheckReport>()
        .AddSingleton<Verb, CheckVerb>()
        .AddSingleton<IValidator<ReadBackRequest>, ReadBackValidator>()
        .AddSingleton<ReadBackRepository>()
        .AddTransient<IJobHandler, ReadBackJob>()
        .AddSingleton<IJobReport, ReadBackReport>()
        .AddSingleton<Verb, ReadBackVerb>()
        .AddSingleton<PruneRepository>()
        .AddTransient<IJobHandler, PruneJob>()
        .AddSingleton<IJobReport, PruneReport>()
        .AddSingleton<Verb, PruneVerb>()
        .AddSingleton<RebuildIndex>()
        .AddTransient<IJobHandler, RebuildIndexJob>()
        .AddSingleton<IJobReport, RebuildIndexReport>()
        .AddSingleton<Verb, RebuildIndexVerb>()
        .AddSingleton<IValidator<GiveUpLostRequest>, GiveUpLostValidator>()
        .AddSingleton<GiveUpLost>()
        .AddSingleton<Verb, GiveUpVerb>()
        .AddSingleton<RepairRepository>()
        .AddTransient<IJobHandler, RepairJob>()
        .AddSingleton<IJobReport, RepairReport>()
        .AddSingleton<Verb, RepairVerb>()
        .AddSingleton<ExtendLocks>()
        .AddTransient<IJobHandler, ExtendLocksJob>()
        .AddSingleton<IJobReport, ExtendLocksReport>()
        .AddSingleton<Verb, ExtendLocksVerb>()
        .AddSingleton<RecoverHidden>()
        .AddTransient<IJobHandler, RecoverHiddenJob>()
        .AddSingleton<IJobReport, RecoverHiddenReport>()
        .AddSingleton<Verb, RecoverHiddenVerb>()
        .AddSingleton<IDoctorCheck, BucketDoctor>()
        .AddSingleton<TestRepository>()
        .AddSingleton<IDoctorCheck, RepositoryDoctor>()
        .AddSingleton<Verb, RepositoryTestVerb>();
}
