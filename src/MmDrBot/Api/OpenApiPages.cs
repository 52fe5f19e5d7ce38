using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.Swagger;

namespace MmDrBot.Api;

/// <summary>The OpenAPI document, made once, and the pages that draw it; anybody may read them, at a pace.</summary>
internal sealed class OpenApiPages(IAsyncSwaggerProvider provider)
{
    internal const string Prefix = "/swagger";
    private const string Document = $"{Prefix}/{ApiFace.Version}/swagger.json";
    private readonly SemaphoreSlim _making = new(1);
    private (byte[] Json, EntityTagHeaderValue Tag)? _made;

    /// <summary>How often it was made.</summary>
    internal int Makings { get; private set; }

    internal async Task<IResult> ServeAsync(HttpContext context)
    {
        var (json, tag) = await MadeAsync(context.RequestAborted);
        context.Response.Headers.CacheControl = "no-cache";
        return Results.Bytes(json, "application/json; charset=utf-8", entityTag: tag);
    }

    private async Task<(byte[] Json, EntityTagHeaderValue Tag)> MadeAsync(CancellationToken cancellationToken)
    {
        await _making.WaitAsync(cancellationToken);
        try
        {
            return _made ??= await MakeAsync();
        }
        finally
        {
            _making.Release();
        }
    }

    private async Task<(byte[] Json, EntityTagHeaderValue Tag)> MakeAsync()
    {
        Makings++;
        var document = await provider.GetSwaggerAsync(ApiFace.Version);
        var json = Encoding.UTF8.GetBytes(await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, CancellationToken.None));
        return (json, new EntityTagHeaderValue(new StringSegment($"\"{Convert.ToHexStringLower(SHA256.HashData(json))[..32]}\"")));
    }

    internal static void Use(WebApplication app)
    {
        app.UseWhen(static context => context.Request.Path.StartsWithSegments(Prefix) || context.Request.Path.StartsWithSegments(ProblemPages.Path), static pages => pages.Use(LimitAsync));
        app.UseSwaggerUI();
        app.MapGet(Document, (HttpContext context, OpenApiPages pages) => pages.ServeAsync(context)).ExcludeFromDescription();
    }

    private static async Task LimitAsync(HttpContext context, RequestDelegate next)
    {
        using var lease = context.RequestServices.GetRequiredService<RequestLimits>().OfPages(context);
        await (lease.IsAcquired ? next(context) : RequestLimits.RefuseAsync(context, lease));
    }
}
