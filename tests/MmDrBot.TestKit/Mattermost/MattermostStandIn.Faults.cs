namespace MmDrBot.TestKit.Mattermost;

/// <content>Failures on demand. A route is method and path, <c>{…}</c> for any one part: <c>GET /api/v4/users/{id}</c>.</content>
public sealed partial class MattermostStandIn
{
    /// <summary>The next request of the route is not carried out; 429 is answered as the rate limiter does, others without an id as a proxy does.</summary>
    public void FailNext(string route, int status, string? errorId = null, TimeSpan? retryAfter = null) =>
        _faults.Add(new() { Route = route, Kind = StandInFaultKind.Answer, Status = status, ErrorId = errorId, RetryAfter = retryAfter });

    /// <summary>The next request of the route finds its connection broken and is not carried out.</summary>
    public void AbortNext(string route) => _faults.Add(new() { Route = route, Kind = StandInFaultKind.Abort });

    /// <summary>The next request of the route is carried out, but its answer is lost.</summary>
    public void LoseNextAnswer(string route) => _faults.Add(new() { Route = route, Kind = StandInFaultKind.LoseAnswer });
}
