using MmDrBot.Api;
using MmDrBot.Commands;
using MmDrBot.Features.AuditTrail;
using MmDrBot.Features.Backups;
using MmDrBot.Features.Health;
using MmDrBot.Features.JobHistory;
using MmDrBot.Features.Outages;
using MmDrBot.Features.RestorePoints;
using MmDrBot.Features.Verification;
using MmDrBot.Features.Webhooks;
using MmDrBot.Settings;
using Prometheus;

namespace MmDrBot;

/// <summary>The service: the rooms, the worker, the two HTTP faces.</summary>
internal static class MmDrBotService
{
    private const long MaximumBody = 1 << 20;

    internal static WebApplication Build(IConfiguration configuration, AppSettings settings)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "mmdr", ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddConfiguration(configuration);
        builder.Logging.AddConfiguration(configuration.GetSection("Logging"));
        builder.Logging.AddFilter("System.Net.Http.HttpClient", LogLevel.Warning).AddFilter("Polly", LogLevel.None)
            .AddFilter("Microsoft.AspNetCore", LogLevel.Warning).AddFilter("Microsoft.AspNetCore.Diagnostics.ExceptionHandlerMiddleware", LogLevel.None);
        builder.Services.AddSystemd();
        builder.Services.AddRooms(configuration, settings).AddJobWorker().AddWebhookCourier().AddOutageCare().AddChat().AddApi();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaximumBody;
        });
        builder.WebHost.UseUrls(settings.Http.Listen);
        var app = builder.Build();
        Map(app);
        return app;
    }

    internal static void Map(WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseSwagger(options => options.OpenApiVersion = Microsoft.OpenApi.OpenApiSpecVersion.OpenApi3_1);
        app.UseSwaggerUI();
        app.MapHealth();
        app.MapChat();
        app.MapClaimPage();
        app.MapMetrics();
        var api = app.MapApi();
        api.MapBackups();
        api.MapJobs();
        api.MapRestorePoints();
        api.MapVerifications();
        api.MapAuditEntries();
        api.MapOutages();
        api.MapConversions();
        api.MapStatus();
        api.MapWebhooks();
        api.MapUnknown();
    }
}
