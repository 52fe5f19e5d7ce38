using MmDrBot.Access;

namespace MmDrBot.Features.Outages;

/// <summary>
/// The page behind a one-time link. The token stands after the #, so that no request line, log or Referer has it; only a press of the
/// button sends it, since mail scanners open links.
/// </summary>
internal static class ClaimPage
{
    private const int LongestToken = 100;

    private const string Script = """
        document.getElementById('show').addEventListener('click', async () => {
          const button = document.getElementById('show'), out = document.getElementById('out');
          button.disabled = true;
          try {
            const answer = await fetch('claim', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ token: location.hash.slice(1) }) });
            const body = await answer.json();
            if (!answer.ok) { out.textContent = body.detail + ' ' + (body.hint || ''); return; }
            history.replaceState(null, '', location.pathname);
            document.getElementById('user').textContent = body.username;
            document.getElementById('password').textContent = body.password;
            document.getElementById('shown').hidden = false;
            button.hidden = true;
          } catch { out.textContent = 'The service does not answer. Try again in a moment.'; button.disabled = false; }
        });
        """;

    private static readonly string ScriptHash = Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Script)));

    private static readonly string Html = $$"""
        <!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Your way into Mattermost</title></head>
        <body><h1>Your way into Mattermost</h1>
        <p>Single sign-on is away. This page shows a password for your account, once. Have something to write at hand.</p>
        <p><button id="show">Show the password</button></p><p id="out" role="alert"></p>
        <div id="shown" hidden><p>Username: <strong id="user"></strong></p><p>Password: <code id="password"></code></p>
        <p>Sign in to Mattermost with these. When single sign-on is back, your account returns to it and this password ends.</p></div>
        <script>{{Script}}</script></body></html>
        """;

    internal static void MapClaimPage(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/sso/claim", Show).ExcludeFromDescription();
        routes.MapPost("/sso/claim", ClaimAsync).ExcludeFromDescription();
    }

    private static IResult Show(HttpContext context)
    {
        Guard(context.Response);
        return Results.Content(Html, "text/html; charset=utf-8");
    }

    private static async Task<ClaimedAccess> ClaimAsync(ClaimRequest request, HttpContext context, ClaimAccess claim)
    {
        Guard(context.Response);
        return request.Token is { Length: > 0 and <= LongestToken } token
            ? await claim.HandleAsync(token, context.RequestAborted)
            : throw new Refusal(RefusalReason.NotFound, "This link is not whole.", "Copy it again, up to its last character.");
    }

    private static void Guard(HttpResponse response)
    {
        response.Headers.CacheControl = "no-store";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.XFrameOptions = "DENY";
        response.Headers.ContentSecurityPolicy = $"default-src 'none'; script-src 'sha256-{ScriptHash}'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
    }

    private sealed record ClaimRequest(string? Token)
    {
        /// <summary>Without the token.</summary>
        public override string ToString() => "ClaimRequest ***";
    }
}
