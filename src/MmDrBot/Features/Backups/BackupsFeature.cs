using FluentValidation;
using MmDrBot.Diagnosis;
using MmDrBot.Jobs;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Backups;

internal static class BackupsFeature
{
    internal static IServiceCollection AddBackups(this IServiceCollection services) => services
        .AddSingleton<IValidator<StartBackupRequest>, StartBackupValidator>()
        .AddSingleton<StartBackup>()
        .AddSingleton<IDoctorCheck, SourcesDoctor>()
        .AddSingleton<IDoctorCheck, DatabaseDoctor>()
        .AddTransient<IJobHandler, BackupJob>()
        .AddSingleton<IJobReport, BackupReport>()
        .AddSingleton<Verb, BackupVerb>();
}
