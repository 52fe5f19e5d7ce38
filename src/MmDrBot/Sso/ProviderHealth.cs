using System.Collections.Concurrent;
using MmDrBot.Settings;

namespace MmDrBot.Sso;

/// <summary>What the probes have shown of each service: down after several failures in a row, up after several successes, else as before.</summary>
internal sealed class ProviderHealth(SsoOptions options)
{
    private readonly ConcurrentDictionary<string, Standing> _standings = new();

    /// <summary>Whether the service is known to be up: several probes in a row were well, the last one too, and that is not long ago.</summary>
    internal bool IsUp(string service, DateTimeOffset now) =>
        _standings.TryGetValue(service, out var standing) && standing is { IsUp: true, LastFailure: null } && now - standing.LastAt <= (3 * options.ProbeEvery) + TimeSpan.FromMinutes(1);

    internal Standing? Of(string service) => _standings.GetValueOrDefault(service);

    /// <returns>The standing when this probe has turned it, else null.</returns>
    internal Standing? Add(string service, string? failure, DateTimeOffset at)
    {
        var before = _standings.GetValueOrDefault(service);
        var after = _standings[service] = Next(before, failure, at, options);
        return after.IsUp is not null && after.IsUp != before?.IsUp ? after : null;
    }

    internal static Standing Next(Standing? before, string? failure, DateTimeOffset at, SsoOptions options)
    {
        var failed = failure is not null;
        var again = before is not null && before.LastFailure is not null == failed;
        var row = again ? before!.InARow + 1 : 1;
        var since = again ? before!.Since : at;
        var isUp = failed ? row >= options.FailuresUntilDown ? false : before?.IsUp : row >= options.SuccessesUntilUp ? true : before?.IsUp;
        return new Standing(isUp, row, since, at, failure, isUp is false ? at : before?.LastDownAt);
    }
}

/// <summary>How a service stands.</summary>
/// <param name="IsUp">Null while too few probes were made to say.</param>
/// <param name="InARow">How many probes in a row have had the last one's outcome.</param>
/// <param name="Since">When the first of these was.</param>
/// <param name="LastAt">When the last probe was.</param>
/// <param name="LastFailure">What was wrong at the last probe; null when it was well.</param>
/// <param name="LastDownAt">When it counted as down last; null when it never did since the process began.</param>
internal sealed record Standing(bool? IsUp, int InARow, DateTimeOffset Since, DateTimeOffset LastAt, string? LastFailure, DateTimeOffset? LastDownAt);
