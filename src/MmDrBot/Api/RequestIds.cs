using System.Text.RegularExpressions;
using MmDrBot.Access;

namespace MmDrBot.Api;

/// <summary>Every request has an id, the caller's own where it is sane; it stands in the answer, in the log and in the audit.</summary>
internal static partial class RequestIds
{
    internal const string Header = "X-Request-Id";

    internal static void UseRequestIds(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        var given = context.Request.Headers[Header].ToString();
        var id = context.TraceIdentifier = Sane().IsMatch(given) ? given : Reference.New();
        // Headers that are set now are lost when an exception becomes a problem.
        context.Response.OnStarting(() =>
        {
            context.Response.Headers[Header] = id;
            return Task.CompletedTask;
        });
        return next(context);
    });

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,64}\z")]
    private static partial Regex Sane();
}
