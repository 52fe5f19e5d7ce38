namespace MmDrBot.Api;

/// <summary>The key that a request bears.</summary>
internal static class BearerToken
{
    private const string Scheme = "Bearer ";

    internal static string? Of(HttpRequest request) =>
        request.Headers.Authorization.ToString() is var header && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : null;
}
