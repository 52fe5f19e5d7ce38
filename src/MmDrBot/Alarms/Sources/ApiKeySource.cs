using MmDrBot.ApiKeys;
using MmDrBot.Settings;
using MmDrBot.Verbs;

namespace MmDrBot.Alarms.Sources;

/// <summary>Whether keys of the REST door end soon: what uses them stops then.</summary>
internal sealed class ApiKeySource(ApiKeyStore keys, AlarmOptions options) : IAlarmSource
{
    /// <summary>Who used a key shortly before it ended is missing it now.</summary>
    private static readonly TimeSpan Missed = TimeSpan.FromDays(7);

    public string Name => "api keys";

    public async Task<AlarmJudgement> JudgeAsync(DateTimeOffset now, CancellationToken cancellationToken) => options.ExpiresWithin.IsSet
        ? AlarmJudgement.Of([.. (await keys.ListAsync(cancellationToken)).Where(key => key is { RevokedAt: null, ReplacedBy: null, ExpiresAt: not null }).Select(key => Judge(key, now)).OfType<Alarm>()])
        : AlarmJudgement.Of();

    private Alarm? Judge(ApiKey key, DateTimeOffset now)
    {
        var end = key.ExpiresAt!.Value;
        var isOver = end <= now;
        return isOver ? key.LastUsedAt >= end - Missed && now - end < Missed ? AlarmOf(key, $"ended on {end:yyyy-MM-dd HH:mm} UTC, and was in use until then") : null
            : Expiry.IsNear(key.CreatedAt, end, now, options.ExpiresWithin) ? AlarmOf(key, $"ends on {end:yyyy-MM-dd HH:mm} UTC")
            : null;
    }

    private static Alarm AlarmOf(ApiKey key, string what) =>
        new(AlarmKinds.KeyExpiry, AlarmSeverity.Warning, key.Prefix, $"The API key {key.Prefix} ({Words.Code(key.Name)}) {what}.", $"`mmdr api-key rotate {key.Prefix}` makes a new one in its place; `mmdr api-key revoke {key.Prefix}` ends one that nobody needs.");
}
