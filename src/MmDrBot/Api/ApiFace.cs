using System.Text.Json.Serialization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.OpenApi;
using MmDrBot.Access;
using MmDrBot.Settings;

namespace MmDrBot.Api;

/// <summary>Registers the REST face: the group of version 1, problems, the OpenAPI document.</summary>
internal static class ApiFace
{
    internal const string Version = "v1";

    internal static IServiceCollection AddApi(this IServiceCollection services) => services
        .AddExceptionHandler<Problems>()
        .AddProblemDetails()
        .AddSingleton<RequestLimits>()
        .AddSingleton<KnownKeys>()
        .AddSingleton<OpenApiPages>()
        .AddSingleton<IdempotencyStore>()
        .AddLimits()
        .Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true)
        .AddEndpointsApiExplorer()
        .ConfigureHttpJsonOptions(options => options.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)
        .AddSwaggerGen(options =>
        {
            options.SwaggerDoc(Version, new OpenApiInfo
            {
                Title = "MmDrBot",
                Version = Version,
                Description = "Disaster recovery for a Mattermost server. Long work answers 202 with the Location of a job; lists come in pages (`limit`, `after`, a Link header); every POST may bear an `Idempotency-Key`; errors are RFC 9457 problems, whose kinds /problems explains. Each operation names the permission that its key needs, as `x-required-permission` too.",
            });
            options.AddSecurityDefinition("apiKey", new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A key made by `mmdr api-key create NAME`." });
            options.AddSecurityRequirement(document => new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("apiKey", document)] = [] });
            options.SupportNonNullableReferenceTypes();
            options.NonNullableReferenceTypesAsRequired();
            foreach (var file in Directory.GetFiles(AppContext.BaseDirectory, "*.xml").Where(file => Path.GetFileName(file) is "mmdr.xml" or "MmDrBot.Engine.xml").Order(StringComparer.Ordinal))
            {
                options.IncludeXmlComments(file);
            }

            options.OperationFilter<OpenApiOperations>();
            options.DocumentFilter<OpenApiFrame>();
        });

    private static IServiceCollection AddLimits(this IServiceCollection services)
    {
        services.AddRateLimiter(_ => { });
        services.AddOptions<RateLimiterOptions>().Configure<AppSettings>((limiter, settings) =>
        {
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => RequestLimits.OfKey(context, settings.Http));
            limiter.AddPolicy(RequestLimits.Streams, context => RequestLimits.OfStreams(context, settings.Http));
            limiter.OnRejected = (rejected, _) => new ValueTask(RequestLimits.RefuseAsync(rejected.HttpContext, rejected.Lease));
        });
        return services;
    }

    /// <summary>Maps the group; features map into it.</summary>
    internal static RouteGroupBuilder MapApi(this IEndpointRouteBuilder routes) => routes.MapGroup("/api/v1")
        .WithMetadata(ApiEndpoint.Mark)
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status403Forbidden);

    /// <summary>What every request goes through, before it is known what it asks for and after.</summary>
    internal static void UseApi(this IApplicationBuilder app)
    {
        app.UseRequestIds();
        app.UseExceptionHandler();
        app.UseStatusCodePages(static pages => Problems.OfStatusAsync(pages.HttpContext));
        app.UseEmptyBodies();
        app.UseRouting();
        app.UseMiddleware<ApiKeyMiddleware>();
        app.UseRateLimiter();
        app.UseMiddleware<IdempotencyMiddleware>();
    }

    internal static Actor Actor(this HttpContext context) => context.Features.Get<Actor>() ?? throw new InvalidOperationException("The request has no actor.");
}
