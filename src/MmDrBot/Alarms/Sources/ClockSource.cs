using MmDrBot.Engine.Sources.Postgres;
using MmDrBot.Protection;
using MmDrBot.Settings;

namespace MmDrBot.Alarms.Sources;

/// <summary>Whether this host's clock agrees with others that it works with. A clock that can't be asked says nothing.</summary>
internal sealed partial class ClockSource(ProtectedServer server, AppSettings settings, IHttpClientFactory clients, TimeProvider time, ILogger<ClockSource> logger) : IAlarmSource
{
    internal const string Client = "clocks";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public string Name => "clocks";

    public TimeSpan Every => TimeSpan.FromMinutes(10);

    public async Task<AlarmJudgement> JudgeAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!settings.Alarms.ClockSkew.IsSet)
        {
            return AlarmJudgement.Of();
        }

        var asked = await Task.WhenAll(Clocks().Select(async clock => (clock.Name, Skew: await AskAsync(clock.Name, clock.Ask, cancellationToken))));
        return new AlarmJudgement
        {
            Alarms = [.. asked.Select(item => Judge(item.Name, item.Skew, settings.Alarms.ClockSkew)).OfType<Alarm>()],
            Unknown = asked.Where(item => item.Skew is null).Select(item => $"{AlarmKinds.ClockSkew}/{item.Name}").ToHashSet(),
        };
    }

    internal static Alarm? Judge(string name, TimeSpan? skew, TimeSpan limit) => skew is { } off && off.Duration() > limit
        ? new Alarm(AlarmKinds.ClockSkew, AlarmSeverity.Warning, name, $"The clock of the {name} is {Math.Abs(off.TotalSeconds):0} s {(off > TimeSpan.Zero ? "ahead of" : "behind")} this host's: ages of restore points, leases, locks and signatures go wrong.", "Let all machines keep their clocks by NTP (timedatectl set-ntp true).")
        : null;

    private IEnumerable<(string Name, Func<CancellationToken, Task<DateTimeOffset?>> Ask)> Clocks()
    {
        if (server.ConfigFile is not null)
        {
            yield return ("database", DatabaseAsync);
        }

        if (settings.Mattermost.Url is { Length: > 0 } mattermost)
        {
            yield return ("Mattermost server", token => HttpAsync(new Uri(new Uri(mattermost.TrimEnd('/') + "/"), "api/v4/system/ping"), token));
        }

        foreach (var (name, options) in settings.Repositories.Select(copy => ($"object store of {copy.Key}", (RepositoryOptions)copy.Value)).Prepend(("object store", settings.Repository)))
        {
            if (options is { Url: { } url, S3: var s3 } && url.StartsWith("s3:", StringComparison.Ordinal))
            {
                yield return (name, token => HttpAsync(new Uri(s3.Endpoint is { Length: > 0 } endpoint ? endpoint : $"https://s3.{(s3.Region is { Length: > 0 } region ? region : "us-east-1")}.amazonaws.com"), token));
            }
        }
    }

    /// <returns>By how much the other is ahead; null where it did not say.</returns>
    private async Task<TimeSpan?> AskAsync(string name, Func<CancellationToken, Task<DateTimeOffset?>> ask, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var before = time.GetUtcNow();
            return await ask(either.Token) is { } theirs ? theirs - (before + (time.GetUtcNow() - before) / 2) : null;
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            Log.NotAsked(logger, failure, name);
            return null;
        }
    }

    private async Task<DateTimeOffset?> DatabaseAsync(CancellationToken cancellationToken)
    {
        var address = await server.DatabaseAsync(cancellationToken);
        return await DatabaseProbe.ClockAsync(address, cancellationToken);
    }

    /// <summary>By the Date header, which is exact to a second; whether the answer is a success does not matter.</summary>
    private async Task<DateTimeOffset?> HttpAsync(Uri address, CancellationToken cancellationToken)
    {
        using var answer = await clients.CreateClient(Client).GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return answer.Headers.Date;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Debug, Message = "The clock of the {Name} could not be asked.")]
        public static partial void NotAsked(ILogger logger, Exception exception, string name);
    }
}
