using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using MmDrBot.Access;
using MmDrBot.Protection;

namespace MmDrBot.Api;

/// <summary>Turns refusals into RFC 9457 problems, and bugs into a problem that shows a reference only.</summary>
internal sealed partial class Problems(ILogger<Problems> logger) : IExceptionHandler
{
    private const string Types = "urn:mmdr:problem:";

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var problem = exception switch
        {
            Refusal refusal => Of(refusal),
            BadHttpRequestException bad => Of(new Refusal(RefusalReason.Invalid, bad.InnerException is System.Text.Json.JsonException json ? $"The body is not the JSON that is expected here: {json.Message}" : bad.Message), bad.StatusCode),
            _ when EngineRefusals.From(exception) is { } refusal => Of(refusal),
            _ => Unexpected(exception),
        };
        await WriteAsync(httpContext, problem, cancellationToken);
        return true;
    }

    internal static ProblemDetails Of(Refusal refusal, int? status = null) =>
        Of(EnumText.Of(refusal.Reason), Title(refusal.Reason), status ?? StatusOf(refusal.Reason), refusal.Message, refusal.Hint);

    /// <summary>A problem that only this face has.</summary>
    internal static ProblemDetails Of(string code, string title, int status, string detail, string? hint)
    {
        var problem = new ProblemDetails { Type = Types + code.Replace('_', '-'), Title = title, Status = status, Detail = detail };
        problem.Extensions["code"] = code;
        if (hint is not null)
        {
            problem.Extensions["hint"] = hint;
        }

        return problem;
    }

    internal static async Task WriteAsync(HttpContext context, ProblemDetails problem, CancellationToken cancellationToken)
    {
        context.Response.StatusCode = problem.Status!.Value;
        await context.Response.WriteAsJsonAsync(problem, options: null, contentType: "application/problem+json", cancellationToken);
    }

    private ProblemDetails Unexpected(Exception exception)
    {
        var reference = Reference.New();
        Log.Unexpected(logger, exception, reference);
        var problem = Of("internal", "Something went wrong inside MmDrBot.", StatusCodes.Status500InternalServerError, "The service's log has the details under the reference.", hint: null);
        problem.Extensions["reference"] = reference;
        return problem;
    }

    private static int StatusOf(RefusalReason reason) => reason switch
    {
        RefusalReason.Invalid => StatusCodes.Status400BadRequest,
        RefusalReason.NotFound => StatusCodes.Status404NotFound,
        RefusalReason.Forbidden or RefusalReason.NeedsApproval => StatusCodes.Status403Forbidden,
        RefusalReason.Conflict or RefusalReason.Locked => StatusCodes.Status409Conflict,
        RefusalReason.TooLarge => StatusCodes.Status413PayloadTooLarge,
        _ => StatusCodes.Status503ServiceUnavailable,
    };

    private static string Title(RefusalReason reason) => reason switch
    {
        RefusalReason.Invalid => "The request is not valid.",
        RefusalReason.NotFound => "There is no such thing.",
        RefusalReason.Forbidden => "This is not allowed.",
        RefusalReason.Conflict => "Something is in the way.",
        RefusalReason.Locked => "Something else is at work.",
        RefusalReason.WrongKey => "The repository's key does not fit.",
        RefusalReason.NoRepository => "There is no repository.",
        RefusalReason.Damaged => "Something is damaged.",
        RefusalReason.NeedsApproval => "A second person has to approve this.",
        RefusalReason.TooLarge => "The request is too large.",
        _ => "Something that is needed is out of reach.",
    };

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "A request failed unexpectedly ({Reference}).")]
        public static partial void Unexpected(ILogger logger, Exception exception, string reference);
    }
}
