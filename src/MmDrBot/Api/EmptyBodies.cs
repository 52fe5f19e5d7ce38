namespace MmDrBot.Api;

/// <summary>A request without a body has no type either; as JSON it finds those operations whose body may be left out.</summary>
internal static class EmptyBodies
{
    internal static void UseEmptyBodies(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        var request = context.Request;
        if (request.ContentLength is 0 or null && request.ContentType is null && !request.Headers.ContainsKey("Transfer-Encoding"))
        {
            request.ContentType = "application/json";
        }

        return next(context);
    });
}
