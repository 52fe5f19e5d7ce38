namespace MmDrBot.Mattermost;

/// <summary>Where Mattermost is and who asks.</summary>
public sealed record MattermostClientOptions
{
    /// <summary>Address that API calls go to, http or https; a path (<c>https://host/mattermost</c>) is kept.</summary>
    public required Uri BaseUrl { get; init; }

    /// <summary>The server's SiteURL where it differs from <see cref="BaseUrl"/>: response URLs begin with it.</summary>
    public Uri? SiteUrl { get; init; }

    /// <summary>Gives the bot's access token; asked before every attempt, so a rotated token needs no restart.</summary>
    public required Func<CancellationToken, ValueTask<string>> Token { get; init; }

    /// <summary>Longest time for one call, its repetitions included. Default 30 seconds.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest time for one attempt. Default 10 seconds.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a failed GET is repeated. Default 3.</summary>
    public int Retries { get; init; } = 3;

    internal void Validate()
    {
        RequireWebAddress(BaseUrl, nameof(BaseUrl));

        if (SiteUrl is not null)
            RequireWebAddress(SiteUrl, nameof(SiteUrl));
    }

    private static void RequireWebAddress(Uri url, string name)
    {
        if (!url.IsAbsoluteUri || url.Scheme is not ("http" or "https") || url.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0)
            throw new ArgumentException($"{name} must be an http or https address without user, query and fragment");
    }
}
