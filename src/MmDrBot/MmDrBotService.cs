using Microsoft.AspNetCore.Server.Kestrel.Core;
using MmDrBot.Api;
using MmDrBot.Commands;
using MmDrBot.Features.Alarms;
using MmDrBot.Features.ApiAccess;
using MmDrBot.Features.Approvals;
using MmDrBot.Features.AuditTrail;
using MmDrBot.Features.Backups;
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
using MmDrBot.Scheduling;
using MmDrBot.Settings;
using Prometheus;

namespace MmDrBot;

/// <summary>The service: the rooms, the worker, the two HTTP faces.</summary>
internal static class MmDrBotService
{
    private const long MaximumBody = 1 << 20;

    private const int MaximumHeaders = 16 << 10;

    internal static WebApplication Build(IConfiguration configuration, AppSettings settings)
    {
        // Settings are ours and read once: watching files for changes would only use up the host's inotify instances.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "mmdr", ContentRootPath = AppContext.BaseDirectory, Args = ["--hostBuilder:reloadConfigOnChange=false"] });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddConfiguration(configuration);
        builder.Logging.AddConfiguration(configuration.GetSection("Logging"));
        builder.Logging.AddFilter("System.Net.Http.HttpClient", LogLevel.Warning).AddFilter("Polly", LogLevel.None)
            .AddFilter("Microsoft.AspNetCore", LogLevel.Warning).AddFilter("Microsoft.AspNetCore.Diagnostics.ExceptionHandlerMiddleware", LogLevel.None);
        builder.Services.AddSystemd();
        builder.Services.AddRooms(configuration, settings).AddJobWorker().AddScheduleClock().AddWebhookCourier().AddOutageCare().AddCopyCare().AddRestorePosts().AddAlarmWatch().AddRegistrationAtStart().AddChat().AddApi();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaximumBody;
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
            kestrel.Limits.MaxRequestHeadersTotalSize = MaximumHeaders;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
            kestrel.Limits.MaxConcurrentConnections = settings.Http.Connections;
        });
        builder.WebHost.UseUrls(settings.Http.Listen);
        var app = builder.Build();
        Map(app);
        return app;
    }

    internal static void Map(WebApplication app)
    {
        app.UseApi();
        OpenApiPages.Use(app);
        app.MapHealth();
        app.MapChat();
        app.MapClaimPage();
        app.MapMetrics();
        app.MapProblemPages();
        var api = app.MapApi();
        api.MapApiKeys();
        api.MapKeys();
        api.MapRepository();
        api.MapCopies();
        api.MapRestores();
        api.MapBackups();
        api.MapSchedules();
        api.MapJobs();
        api.MapRestorePoints();
        api.MapRetention();
        api.MapVerifications();
        api.MapAuditEntries();
        api.MapOutages();
        api.MapConversions();
        api.MapApprovals();
        api.MapIdentity();
        api.MapStatus();
        api.MapDoctor();
        api.MapRegistration();
        api.MapWebhooks();
        api.MapAlarms();
        api.MapUnknown();
    }
}
