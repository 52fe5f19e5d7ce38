using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Protection;

namespace MmDrBot.Api;

/// <summary>Turns refusals into RFC 9457 problems, and bugs into a problem that shows a reference only.</summary>
internal sealed partial class Problems(RefusalRecords records, ILogger<Problems> logger) : IExceptionHandler
{
    private const int LongestPath = 100;

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is Refusal { Reason: RefusalReason.Forbidden } forbidden && httpContext.Features.Get<Actor>() is { } actor)
        {
            await records.RecordAsync(actor, "request.refused", $"{httpContext.Request.Method} {httpContext.Request.Path.ToUriComponent()}", forbidden, cancellationToken);
        }

        var problem = exception switch
        {
            Refusal refusal => Of(refusal),
            BadHttpRequestException bad => Of(ProblemKinds.OfBadRequest(bad.StatusCode), bad.InnerException is JsonException json ? Unread(json) : bad.Message, hint: "`/swagger` shows what the operation takes, with an example; nothing was done."),
            _ when EngineRefusals.From(exception) is { } refusal => Of(refusal),
            _ => Unexpected(exception, httpContext.TraceIdentifier),
        };
        await WriteAsync(httpContext, problem, cancellationToken);
        return true;
    }

    /// <summary>Where the body goes wrong; not in the words of .NET's types, which the caller need not know.</summary>
    private static string Unread(JsonException json) =>
        $"The body is not the JSON that is expected here{(json.Path is { Length: > 1 } path ? $": {path[..Math.Min(path.Length, LongestPath)]} can't be read" : "")}{(json.LineNumber is { } line ? $", in line {line + 1}, byte {json.BytePositionInLine + 1}" : "")}.";

    internal static ProblemDetails Of(Refusal refusal) => Of(ProblemKinds.Of(refusal.Reason), refusal.Message, refusal.Hint);

    internal static ProblemDetails Of(ProblemKind kind, string detail, string? hint)
    {
        var problem = new ProblemDetails { Type = kind.Type, Title = kind.Title, Status = kind.Status, Detail = detail };
        problem.Extensions["code"] = kind.Code;
        problem.Extensions["help"] = kind.Help;
        if (hint is not null)
        {
            problem.Extensions["hint"] = hint;
        }

        return problem;
    }

    internal static async Task WriteAsync(HttpContext context, ProblemDetails problem, CancellationToken cancellationToken)
    {
        problem.Extensions["requestId"] = context.TraceIdentifier;
        context.Response.StatusCode = problem.Status!.Value;
        await context.Response.WriteAsJsonAsync(problem, options: null, contentType: "application/problem+json", cancellationToken);
    }

    /// <summary>For answers that the server gives without a body, such as to a body that comes too slowly.</summary>
    internal static Task OfStatusAsync(HttpContext context)
    {
        var kind = ProblemKinds.All.FirstOrDefault(kind => kind.Status == context.Response.StatusCode) ?? ProblemKinds.Invalid;
        var problem = Of(kind, kind.Meaning, kind.Remedy);
        problem.Status = context.Response.StatusCode;
        return WriteAsync(context, problem, context.RequestAborted);
    }

    private ProblemDetails Unexpected(Exception exception, string requestId)
    {
        var reference = Reference.New();
        Log.Unexpected(logger, exception, requestId, reference);
        var problem = Of(ProblemKinds.Internal, "The service's log has the details under the reference.", hint: null);
        problem.Extensions["reference"] = reference;
        return problem;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "Request {RequestId} failed unexpectedly ({Reference}).")]
        public static partial void Unexpected(ILogger logger, Exception exception, string requestId, string reference);
    }
}
