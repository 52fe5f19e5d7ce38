using Microsoft.AspNetCore.Http;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>Which requests are to fail: those that were counted out, in the order in which that was asked for, and others at random.</summary>
internal sealed class StandInFaultPlan
{
    private readonly List<(StandInFault Fault, StandInFailure Failure, int Skip)> _counted = [];
    private readonly List<(StandInFault Fault, IReadOnlyList<StandInFailure> Failures, double Share, Random Random)> _random = [];
    private readonly Lock _gate = new();

    public int Injected { get; private set; }

    public void Add(string route, StandInFailure failure, int skip)
    {
        lock (_gate)
            _counted.Add((new(route), failure, skip));
    }

    public void AddRandom(string route, double share, int seed, IReadOnlyList<StandInFailure> failures)
    {
        lock (_gate)
            _random.Add((new(route), failures, share, new(seed)));
    }

    public void Clear()
    {
        lock (_gate)
        {
            _counted.Clear();
            _random.Clear();
        }
    }

    public StandInFailure? Take(HttpRequest request)
    {
        lock (_gate)
        {
            var failure = TakeCounted(request) ?? TakeRandom(request);

            if (failure is not null)
                Injected++;

            return failure;
        }
    }

    private StandInFailure? TakeCounted(HttpRequest request)
    {
        StandInFailure? found = null;

        for (var index = 0; index < _counted.Count; index++)
        {
            var (fault, failure, skip) = _counted[index];

            if (!fault.Matches(request.Method, request.Path))
                continue;

            if (skip > 0)
                _counted[index] = (fault, failure, skip - 1);
            else if (found is null)
            {
                found = failure;
                _counted.RemoveAt(index--);
            }
        }

        return found;
    }

    private StandInFailure? TakeRandom(HttpRequest request)
    {
        foreach (var (fault, failures, share, random) in _random)
        {
            if (fault.Matches(request.Method, request.Path) && random.NextDouble() < share)
                return failures[random.Next(failures.Count)];
        }

        return null;
    }
}
