namespace MmDrBot.TestKit.Mattermost;

/// <summary>A failure that waits for requests of a route.</summary>
/// <param name="Route">Method and path, <c>{…}</c> standing for any one part: <c>PUT /api/v4/posts/{id}/patch</c>; <c>*</c> for any request.</param>
internal sealed record StandInFault(string Route)
{
    public bool Matches(string method, string path)
    {
        if (Route == "*")
            return true;

        var wanted = Route.Split(' ', 2);
        var parts = wanted[1].Split('/');
        var given = path.Split('/');

        return wanted[0] == method
            && parts.Length == given.Length
            && parts.Zip(given).All(pair => pair.First.StartsWith('{') || pair.First == pair.Second);
    }
}
