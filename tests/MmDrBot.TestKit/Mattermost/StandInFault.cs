namespace MmDrBot.TestKit.Mattermost;

/// <summary>A failure that waits for a request.</summary>
internal sealed record StandInFault
{
    /// <summary>Method and path, <c>{…}</c> standing for any one part: <c>PUT /api/v4/posts/{id}/patch</c>.</summary>
    public required string Route { get; init; }

    public required StandInFaultKind Kind { get; init; }

    public int Status { get; init; }

    public string? ErrorId { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    public bool Matches(string method, string path)
    {
        var wanted = Route.Split(' ', 2);
        var parts = wanted[1].Split('/');
        var given = path.Split('/');

        return wanted[0] == method
            && parts.Length == given.Length
            && parts.Zip(given).All(pair => pair.First.StartsWith('{') || pair.First == pair.Second);
    }
}
