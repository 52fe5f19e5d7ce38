using Microsoft.AspNetCore.Routing.Template;
using MmDrBot.Access;

namespace MmDrBot.Api;

/// <summary>Whatever no feature has mapped; a known path comes here too when its method or its body's type fits nothing.</summary>
internal static class UnknownPaths
{
    internal static void MapUnknown(this RouteGroupBuilder api) => api.Map("/{**path}", AnswerAsync).ExcludeFromDescription();

    private static async Task AnswerAsync(HttpContext context, EndpointDataSource endpoints)
    {
        var request = context.Request;
        var methods = MethodsAt(request.Path, endpoints);
        if (methods.Length == 0)
        {
            throw new Refusal(RefusalReason.NotFound, $"There is no {request.Path}.", "/swagger lists what there is.");
        }

        if (methods.Contains(request.Method))
        {
            throw new BadHttpRequestException($"A body of the type {request.ContentType} is not read here; send application/json.", StatusCodes.Status415UnsupportedMediaType);
        }

        context.Response.Headers.Allow = string.Join(", ", methods);
        var problem = Problems.Of(ProblemKinds.MethodNotAllowed, $"{request.Path} does not take {request.Method}.", $"It takes {string.Join(", ", methods)}; /swagger lists what there is.");
        await Problems.WriteAsync(context, problem, context.RequestAborted);
    }

    private static string[] MethodsAt(PathString path, EndpointDataSource endpoints)
    {
        var found = from endpoint in endpoints.Endpoints.OfType<RouteEndpoint>()
                    let methods = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()
                    where methods is not null && new TemplateMatcher(TemplateParser.Parse(endpoint.RoutePattern.RawText!), []).TryMatch(path, [])
                    from method in methods.HttpMethods
                    select method;
        return [.. found.Distinct().Order(StringComparer.Ordinal)];
    }
}
