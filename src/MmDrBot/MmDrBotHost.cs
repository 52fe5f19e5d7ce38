using MmDrBot.Announcing;
using MmDrBot.Cli;
using MmDrBot.Features.ApiAccess;
using MmDrBot.Features.Approvals;
using MmDrBot.Features.AuditTrail;
using MmDrBot.Features.Backups;
using MmDrBot.Features.ConfigCheck;
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
using MmDrBot.Features.Verification;
using MmDrBot.Interactions;
using MmDrBot.Jobs;
using MmDrBot.Protection;
using MmDrBot.Sealing;
using MmDrBot.Settings;
using MmDrBot.Verbs;

namespace MmDrBot;

/// <summary>Puts the rooms together, for a command and for the service.</summary>
internal static class MmDrBotHost
{
    internal static async Task<int> RunAsync(string[] arguments)
    {
        var configuration = new ConfigurationManager();
        SettingsSources.AddTo(configuration);
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddConfiguration(configuration.GetSection("Logging")).SetMinimumLevel(LogLevel.Error).AddSimpleConsole().Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(options => options.LogToStandardErrorThreshold = LogLevel.Trace));
        services.AddRooms(configuration, AppSettings.Load(configuration));
        await using var provider = services.BuildServiceProvider();
        return await CommandLine.RunAsync(provider, arguments);
    }

    internal static IServiceCollection AddRooms(this IServiceCollection services, IConfiguration configuration, AppSettings settings) =>
        services
            .AddSingleton(configuration)
            .AddSingleton(settings)
            .AddSingleton(settings.Jobs)
            .AddState(settings.State)
            .AddSingleton<ServiceSecret>()
            .AddInteractions()
            .AddSingleton<RepositoryProvider>()
            .AddSingleton<AuditAnchors>()
            .AddSingleton<ProtectedServer>()
            .AddSingleton<StatelessAudit>()
            .AddSingleton<JobReports>()
            .AddBackups()
            .AddRestorePoints()
            .AddVerification()
            .AddRestores()
            .AddRepositoryCare()
            .AddKeys()
            .AddJobHistory()
            .AddAuditTrail()
            .AddHealth()
            .AddMattermost()
            .AddAnnouncing(configuration)
            .AddOutages(configuration)
            .AddApprovals(configuration)
            .AddIdentity()
            .AddApiAccess()
            .AddConfigCheck()
            .AddMattermostSetup()
            .AddDoctor()
            .AddSingleton<Verb, ServeVerb>();
}
