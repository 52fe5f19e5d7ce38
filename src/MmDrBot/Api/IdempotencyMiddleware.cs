using System.Text;
using MmDrBot.Access;
using MmDrBot.Protection;

namespace MmDrBot.Api;

/// <summary>Carries a POST that bears an Idempotency-Key out once, however often it is sent.</summary>
internal sealed partial class IdempotencyMiddleware(RequestDelegate next, IdempotencyStore store, ILogger<IdempotencyMiddleware> logger)
{
    private const string InFlightSeconds = "2";

    public async Task InvokeAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method) || !ApiEndpoint.Is(context) || !context.Request.Headers.ContainsKey(IdempotencyKeys.Header))
        {
            await next(context);
            return;
        }

        var request = await IdempotencyKeys.ReadAsync(context);
        var decision = await store.BeginAsync(request, context.RequestAborted);
        if (decision.Verdict is IdempotencyVerdict.CarryOut)
        {
            await CarryOutAsync(context, request, decision.Attempt);
        }
        else
        {
            await AnswerAsync(context, decision);
        }
    }

    private async Task CarryOutAsync(HttpContext context, IdempotentRequest request, string attempt)
    {
        var (outside, kept) = (context.Response.Body, new MemoryStream());
        context.Response.Body = kept;
        try
        {
            await next(context);
        }
        catch (Exception exception)
        {
            context.Response.Body = outside;
            await BrokeOffAsync(request, attempt, exception);
            throw;
        }

        context.Response.Body = outside;
        await EndedAsync(context.Response, request, attempt, kept);
        kept.Position = 0;
        await kept.CopyToAsync(outside, context.RequestAborted);
    }

    /// <summary>What was done is on record before the caller hears of it. A refusal changes nothing, so it may turn out otherwise the next time.</summary>
    private async Task EndedAsync(HttpResponse response, IdempotentRequest request, string attempt, MemoryStream body)
    {
        if (response.StatusCode >= StatusCodes.Status400BadRequest)
        {
            await store.ReleaseAsync(request, attempt, CancellationToken.None);
            return;
        }

        var text = response.HttpContext.AnswerHoldsSecret() ? null : Encoding.UTF8.GetString(body.GetBuffer().AsSpan(0, (int)body.Length));
        var (location, etag) = (response.Headers.Location.ToString(), response.Headers.ETag.ToString());
        try
        {
            await store.KeepAsync(request, attempt, new KeptAnswer(response.StatusCode, response.ContentType, location.Length > 0 ? location : null, etag.Length > 0 ? etag : null, text), CancellationToken.None);
        }
        catch (Refusal unavailable)
        {
            Log.NotKept(logger, unavailable, request.RequestId);
        }
    }

    private async Task BrokeOffAsync(IdempotentRequest request, string attempt, Exception exception)
    {
        try
        {
            // What is out of reach may have gone away in the middle: then the audit is asked, as after a crash.
            var isRefused = exception is Refusal { Reason: not RefusalReason.Unavailable } or BadHttpRequestException || EngineRefusals.From(exception) is not null;
            await (isRefused ? store.ReleaseAsync(request, attempt, CancellationToken.None) : store.AbandonAsync(request, attempt, CancellationToken.None));
        }
        catch (Refusal unavailable)
        {
            // The lease runs out by itself.
            Log.NotKept(logger, unavailable, request.RequestId);
        }
    }

    private static Task AnswerAsync(HttpContext context, IdempotencyDecision decision) => decision switch
    {
        { Verdict: IdempotencyVerdict.Repeat, Answer: { Body: { } body } answer } => RepeatAsync(context.Response, answer, body),
        { Verdict: IdempotencyVerdict.Repeat } => RefuseAsync(context, ProblemKinds.AnswerNotKept, decision, "The request was carried out, and its answer, which held a secret, was given once.", context.GetEndpoint()?.Metadata.GetMetadata<SecretMadeAnew>()?.Hint ?? "See what it made, and end that if the answer was lost; then use a new Idempotency-Key."),
        { Verdict: IdempotencyVerdict.InFlight } => InFlightAsync(context, decision),
        { Verdict: IdempotencyVerdict.OtherRequest } => RefuseAsync(context, ProblemKinds.KeyReused, decision, "The Idempotency-Key was used for another request.", "Use a new one for each new request."),
        _ => RefuseAsync(context, ProblemKinds.OutcomeUnknown, decision, "The first request with this Idempotency-Key broke off after something had been done.", "Look for the reference in the audit trail, and use a new Idempotency-Key for what is missing."),
    };

    private static async Task RepeatAsync(HttpResponse response, KeptAnswer answer, string body)
    {
        response.StatusCode = answer.Status;
        response.ContentType = answer.ContentType;
        response.Headers["Idempotency-Replayed"] = "true";
        if (answer.Location is not null)
        {
            response.Headers.Location = answer.Location;
        }

        if (answer.ETag is not null)
        {
            response.Headers.ETag = answer.ETag;
        }

        await response.WriteAsync(body, response.HttpContext.RequestAborted);
    }

    private static Task InFlightAsync(HttpContext context, IdempotencyDecision decision)
    {
        context.Response.Headers.RetryAfter = InFlightSeconds;
        return RefuseAsync(context, ProblemKinds.RequestInFlight, decision, "The first request with this Idempotency-Key is being worked on.", $"Send it again after {InFlightSeconds} s.");
    }

    private static Task RefuseAsync(HttpContext context, ProblemKind kind, IdempotencyDecision decision, string detail, string hint)
    {
        var problem = Problems.Of(kind, detail, hint);
        problem.Extensions["reference"] = decision.RequestId;
        return Problems.WriteAsync(context, problem, context.RequestAborted);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The answer to request {RequestId} could not be kept for its Idempotency-Key.")]
        public static partial void NotKept(ILogger logger, Exception exception, string requestId);
    }
}
