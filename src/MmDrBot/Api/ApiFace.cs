using System.Text.Json.Serialization;
using Microsoft.OpenApi;
using MmDrBot.Access;

namespace MmDrBot.Api;

/// <summary>Registers the REST face: the group of version 1, problems, the OpenAPI document.</summary>
internal static class ApiFace
{
    internal const string Version = "v1";

    internal static IServiceCollection AddApi(this IServiceCollection services) => services
        .AddExceptionHandler<Problems>()
        .AddProblemDetails()
        .Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true)
        .AddEndpointsApiExplorer()
        .ConfigureHttpJsonOptions(options => options.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)
        .AddSwaggerGen(options =>
        {
            options.SwaggerDoc(Version, new OpenApiInfo
            {
                Title = "MmDrBot",
                Version = Version,
                Description = "Disaster recovery for a Mattermost server. Long work answers 202 with the Location of a job; errors are RFC 9457 problems with a stable `type`, a `code`, and where something can be advised a `hint`.",
            });
            options.AddSecurityDefinition("apiKey", new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A key made by `mmdr api-key create NAME`." });
            options.AddSecurityRequirement(document => new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("apiKey", document)] = [] });
            options.SupportNonNullableReferenceTypes();
            options.NonNullableReferenceTypesAsRequired();
        });

    /// <summary>Maps the group; features map into it.</summary>
    internal static RouteGroupBuilder MapApi(this IEndpointRouteBuilder routes) => routes.MapGroup("/api/v1")
        .AddEndpointFilter<ApiKeyFilter>()
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status403Forbidden);

    internal static Actor Actor(this HttpContext context) => context.Features.Get<Actor>() ?? throw new InvalidOperationException("The request has no actor.");
}
