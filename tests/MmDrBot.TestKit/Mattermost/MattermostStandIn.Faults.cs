namespace MmDrBot.TestKit.Mattermost;

/// <content>
/// Failures on demand. A route is method and path, <c>{…}</c> for any one part: <c>GET /api/v4/users/{id}</c>; <c>*</c> is any request.
/// </content>
public sealed partial class MattermostStandIn
{
    /// <summary>How many requests failed on demand so far.</summary>
    public int InjectedFailures => _faults.Plan.Injected;

    /// <summary>The n-th request of the route from now on fails: 1 is the next one.</summary>
    public void Fail(string route, StandInFailure failure, int nth = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(nth, 1);
        _faults.Plan.Add(route, failure, nth - 1);
    }

    /// <summary>
    /// From now on this share of the route's requests fails, 0 to 1, in one of these ways. Equal seeds choose equally by the order in
    /// which requests come.
    /// </summary>
    public void FailAtRandom(string route, double share, int seed, params IReadOnlyList<StandInFailure> failures) =>
        _faults.Plan.AddRandom(route, share, seed, failures);

    /// <summary>Nothing fails any more.</summary>
    public void StopFailing() => _faults.Plan.Clear();

    /// <summary>The next request of the route is not carried out; 429 is answered as the rate limiter does, others without an id as a proxy does.</summary>
    public void FailNext(string route, int status, string? errorId = null, TimeSpan? retryAfter = null) =>
        Fail(route, StandInFailure.Answer(status, errorId, retryAfter));

    /// <summary>The next request of the route finds its connection broken and is not carried out.</summary>
    public void AbortNext(string route) => Fail(route, StandInFailure.Abort);

    /// <summary>The next request of the route is carried out, but its answer is lost.</summary>
    public void LoseNextAnswer(string route) => Fail(route, StandInFailure.LoseAnswer);
}
