using System.Net.Http.Headers;

namespace MmDrBot.Mattermost;

/// <summary>Adds the bot's token to each attempt.</summary>
internal sealed class BearerTokenHandler(Func<CancellationToken, ValueTask<string>> token) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Checked(await token(cancellationToken)));

        return await base.SendAsync(request, cancellationToken);
    }

    // AuthenticationHeaderValue would repeat a malformed token in its exception.
    private static string Checked(string token)
    {
        var trimmed = token.Trim();

        return trimmed.Length > 0 && trimmed.All(letter => char.IsAsciiLetterOrDigit(letter) || "-._~+/=".Contains(letter))
            ? trimmed
            : throw new InvalidOperationException("the Mattermost token is empty or has characters that no token has");
    }
}
