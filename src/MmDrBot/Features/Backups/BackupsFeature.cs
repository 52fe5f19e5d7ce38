using FluentValidation;
using MmDrBot.Jobs;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Backups;

internal static class BackupsFeature
{
    internal static IServiceCollection AddBackups(this IServiceCollection services) => services
        .AddSingleton<IValidator<StartBackupRequest>, StartBackupValidator>()
        .AddSingleton<StartBackup>()
        .AddTransient<IJobHandler, BackupJob>()
        .AddSingleton<IJobReport, BackupReport>()
        .AddSingleton<Verb, BackupVerb>();
}
