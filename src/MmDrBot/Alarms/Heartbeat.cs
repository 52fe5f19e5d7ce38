using System.Globalization;
using System.Text;
using MmDrBot.Settings;

namespace MmDrBot.Alarms;

/// <summary>
/// Tells a dead man's switch outside that the rounds go on, and whether a critical alarm is open. Where nothing comes any more, for whatever
/// reason, that switch raises the alarm that we can't. The address is a secret.
/// </summary>
internal sealed partial class Heartbeat(AlarmOptions options, IHttpClientFactory clients, TimeProvider time, ILogger<Heartbeat> logger)
{
    internal const string Client = "heartbeat";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private DateTimeOffset _beatAt = DateTimeOffset.MinValue;
    private bool? _wasWell;

    internal bool IsSet => options.HeartbeatUrl is { Length: > 0 };

    /// <summary>When a call was last taken; null: none yet.</summary>
    internal DateTimeOffset? TakenAt { get; private set; }

    /// <summary>Since when no call was taken, and why; null while they are.</summary>
    internal (DateTimeOffset Since, string Fault)? Failing { get; private set; }

    /// <summary>After a whole round; called at once when what is to be said changes, else not before it is due.</summary>
    internal async Task BeatAsync(IReadOnlyList<RaisedAlarm> open, CancellationToken cancellationToken)
    {
        var (now, critical) = (time.GetUtcNow(), open.Where(raised => raised.Alarm.Severity is AlarmSeverity.Critical).ToArray());
        var isWell = critical.Length == 0;
        if (IsSet && (isWell != _wasWell || (now - _beatAt).Duration() >= options.HeartbeatEvery.Value - TimeSpan.FromSeconds(1)))
        {
            (_beatAt, _wasWell) = (now, isWell);
            Note(await CallAsync(isWell, isWell ? "ok" : string.Join('\n', critical.Select(raised => raised.Alarm.Key)), cancellationToken), now);
        }
    }

    /// <returns>What went wrong, without the address; null when nothing did.</returns>
    internal async Task<string?> CallAsync(bool isWell, string text, CancellationToken cancellationToken)
    {
        if (AddressFor(isWell) is not { } address)
        {
            return null;
        }

        using var limit = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var body = new StringContent(text, Encoding.UTF8, "text/plain");
            using var answer = await clients.CreateClient(Client).PostAsync(address, body, either.Token);
            return answer.IsSuccessStatusCode ? null : string.Create(CultureInfo.InvariantCulture, $"{address.Host} answered {(int)answer.StatusCode}");
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return failure is OperationCanceledException ? $"{address.Host} did not answer within {Patience.TotalSeconds:0} s" : failure.GetBaseException().Message;
        }
    }

    /// <summary>As healthchecks.io and its kin have it: /fail behind the path.</summary>
    private Uri? AddressFor(bool isWell)
    {
        if (!IsSet || (!isWell && options.HeartbeatFailUrl == "none"))
        {
            return null;
        }

        var address = new UriBuilder(options.HeartbeatUrl!);
        if (isWell)
        {
            return address.Uri;
        }

        return options.HeartbeatFailUrl is { Length: > 0 } given ? new Uri(given) : new UriBuilder(address.Uri) { Path = address.Path.TrimEnd('/') + "/fail" }.Uri;
    }

    private void Note(string? fault, DateTimeOffset now)
    {
        if (fault is null)
        {
            (TakenAt, Failing) = (now, null);
            return;
        }

        Failing = (Failing?.Since ?? now, fault);
        Log.NotTaken(logger, fault);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The heartbeat was not taken: {Fault}.")]
        public static partial void NotTaken(ILogger logger, string fault);
    }
}
