using Microsoft.Extensions.DependencyInjection.Extensions;
using MmDrBot.ApiKeys;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Jobs;
using MmDrBot.Jobs.Hooks;
using MmDrBot.Registration;
using MmDrBot.Settings;
using MmDrBot.Webhooks;

namespace MmDrBot;

/// <summary>Registers the state database and what lives on it, for the service and for a command alike.</summary>
internal static class StateServices
{
    /// <summary>Opens nothing yet: the database is opened, and migrated, at its first use.</summary>
    public static IServiceCollection AddState(this IServiceCollection services, string connectionString)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(new JobOptions());
        services.TryAddSingleton(new HookOptions());
        services.TryAddSingleton(new WebhookOptions());
        services.AddSingleton(provider => new StateDatabase(connectionString, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<AuditLog>();
        services.AddSingleton<AuditTrailWriter>();
        services.AddSingleton<RefusalRecords>();
        services.AddSingleton<ApiKeyStore>();
        services.AddSingleton<CommittedRestorePoints>();
        services.AddSingleton<CopyRecords>();
        services.AddSingleton<DamageFindings>();
        services.AddSingleton<DrillStandings>();
        services.AddSingleton<ReadPacks>();
        services.AddSingleton<TeamCommandStore>();
        services.AddSingleton<BotCredentialStore>();
        services.AddSingleton<RegistrationLease>();
        services.AddSingleton<KnownCommandTokens>();
        services.AddSingleton<WebhookStore>();
        services.AddSingleton<WebhookOutbox>();
        services.AddSingleton<JobStore>();
        services.AddSingleton<JobTransitions>();
        services.AddSingleton<JobQueue>();
        services.AddSingleton<JobLauncher>();
        services.AddSingleton<JobReporters>();
        services.AddSingleton<JobWatch>();
        services.AddSingleton<JobEndings>();
        services.AddSingleton<HookCommand>();
        services.AddSingleton<HookCall>();
        services.AddSingleton<JobHooks>();
        services.AddSingleton<JobRunner>();
        services.AddSingleton<InterruptedJobs>();

        return services;
    }

    /// <summary>Runs waiting jobs in this process; for the service only.</summary>
    public static IServiceCollection AddJobWorker(this IServiceCollection services) => services.AddHostedService<JobWorker>();
}
