using MmDrBot.Access;

namespace MmDrBot.Api;

/// <summary>Versions of what can be changed: an ETag out, If-Match in (RFC 9110, sections 8.8.3 and 13.1.1).</summary>
internal static class Conditions
{
    internal static void SetETag(this HttpContext context, string version) => context.Response.Headers.ETag = $"\"{version}\"";

    /// <summary>The version that the caller has seen, or null when any will do.</summary>
    /// <exception cref="Refusal">Invalid: not one quoted version.</exception>
    internal static string? IfMatch(this HttpContext context) => context.Request.Headers.IfMatch.ToString() switch
    {
        "" or "*" => null,
        ['"', .. var version, '"'] when !version.Contains('"', StringComparison.Ordinal) => version,
        _ => throw new Refusal(RefusalReason.Invalid, "If-Match takes one ETag, in its quotes.", "Take it from the ETag header of the answer that showed the thing."),
    };
}
