using Microsoft.Extensions.Logging.Console;
using MmDrBot.Access;
using MmDrBot.Announcing;
using MmDrBot.Cli;
using MmDrBot.Cli.Completion;
using MmDrBot.Features.Alarms;
using MmDrBot.Features.ApiAccess;
using MmDrBot.Features.Approvals;
using MmDrBot.Features.AuditTrail;
using MmDrBot.Features.Backups;
using MmDrBot.Features.ConfigCheck;
using MmDrBot.Features.Copies;
using MmDrBot.Features.Doctor;
using MmDrBot.Features.Health;
using MmDrBot.Features.Identity;
using MmDrBot.Features.JobHistory;
using MmDrBot.Features.Keys;
using MmDrBot.Features.MattermostSetup;
using MmDrBot.Features.Outages;
using MmDrBot.Features.RepositoryCare;
using MmDrBot.Features.RestorePoints;
using MmDrBot.Features.Restores;
using MmDrBot.Features.Retention;
using MmDrBot.Features.Schedules;
using MmDrBot.Features.Verification;
using MmDrBot.Features.Webhooks;
using MmDrBot.Interactions;
using MmDrBot.Jobs;
using MmDrBot.Protection;
using MmDrBot.Scheduling;
using MmDrBot.Sealing;
using MmDrBot.Settings;
using MmDrBot.Verbs;

namespace MmDrBot;

/// <summary>Puts the rooms together, for a command and for the service.</summary>
internal static class MmDrBotHost
{
    internal static Task<int> RunAsync(string[] arguments) => CommandLine.RunAsync(Verbs(), Build, arguments);

    /// <summary>Every verb, to be shaped and described but not run.</summary>
    internal static IReadOnlyList<Verb> Verbs() => VerbDrafts.Of(new ServiceCollection().AddRooms(new ConfigurationManager(), AppSettings.Unset));

    /// <exception cref="Refusal">Invalid: a file of settings can't be read.</exception>
    private static ServiceProvider Build(bool verbose)
    {
        var configuration = new ConfigurationManager();
        SettingsSources.AddTo(configuration, verbose);
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddConfiguration(configuration.GetSection("Logging")).SetMinimumLevel(LogLevel.Error).AddPlainConsole());
        services.AddRooms(configuration, AppSettings.Load(configuration));
        return services.BuildServiceProvider();
    }

    /// <summary>Log lines go to standard error, where they mix with no answer, and have no colours.</summary>
    internal static void AddPlainConsole(this ILoggingBuilder logging) => logging
        .AddSimpleConsole(options => options.ColorBehavior = LoggerColorBehavior.Disabled)
        .Services.Configure<ConsoleLoggerOptions>(options => options.LogToStandardErrorThreshold = LogLevel.Trace);

    internal static IServiceCollection AddRooms(this IServiceCollection services, IConfiguration configuration, AppSettings settings) =>
        services
            .AddSingleton(configuration)
            .AddSingleton(settings)
            .AddSingleton(settings.Jobs)
            .AddSingleton(settings.Hooks)
            .AddSingleton(settings.Webhooks)
            .AddState(settings.State)
            .AddSingleton<ServiceSecret>()
            .AddInteractions()
            .AddSingleton<RepositoryProvider>()
            .AddSingleton<KnownRepositories>()
            .AddSingleton<CopyLag>()
            .AddSingleton<RepositoryHealth>()
            .AddSingleton<ReplicationQueue>()
            .AddSingleton<VerificationRecorder>()
            .AddSingleton<AuditAnchors>()
            .AddSingleton<ProtectedServer>()
            .AddSingleton<StatelessAudit>()
            .AddSingleton<JobReports>()
            .AddScheduling()
            .AddBackups()
            .AddRestorePoints()
            .AddVerification()
            .AddSchedules()
            .AddRestores()
            .AddRepositoryCare()
            .AddCopies()
            .AddRetention()
            .AddKeys()
            .AddJobHistory()
            .AddAuditTrail()
            .AddHealth()
            .AddMattermost()
            .AddAnnouncing()
            .AddOutages()
            .AddAlarms()
            .AddApprovals()
            .AddIdentity()
            .AddApiAccess()
            .AddWebhooks()
            .AddConfigCheck()
            .AddMattermostSetup()
            .AddDoctor()
            .AddSingleton<Verb, CompletionVerb>()
            .AddSingleton<Verb, ServeVerb>();
}
