using System.Globalization;
using MmDrBot.Settings;
using MmDrBot.Verbs;
using MmDrBot.Webhooks;

namespace MmDrBot.Alarms.Sources;

/// <summary>Whether alarms get through: a way that is stuck is told of on the others.</summary>
internal sealed class WaysSource(AlarmTellings tellings, WebhookStore webhooks, Heartbeat heartbeat) : IAlarmSource
{
    private const int Attempts = 3;
    private static readonly TimeSpan HeartbeatPatience = TimeSpan.FromMinutes(5);

    public string Name => "ways";

    public async Task<AlarmJudgement> JudgeAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var stuck = (await tellings.StuckAsync(Attempts, cancellationToken)).Select(telling => new Alarm(
            AlarmKinds.TellingFailed, AlarmSeverity.Warning, telling.Way, string.Create(CultureInfo.InvariantCulture, $"Alarms do not get through by {telling.Way} since {telling.CreatedAt:yyyy-MM-dd HH:mm} UTC: {telling.LastError}."), "`mmdr alarm test` tries every way. It is tried again by itself."));
        var off = (await webhooks.ListAsync(cancellationToken)).Where(webhook => webhook.DisabledAt is not null || now - webhook.FailingSince >= TimeSpan.FromHours(1)).Select(webhook => new Alarm(
            AlarmKinds.WebhookFailing, AlarmSeverity.Warning, webhook.Name, webhook.DisabledAt is not null ? $"Webhook {Words.Code(webhook.Name)} is turned off: {webhook.DisabledReason}." : $"Webhook {Words.Code(webhook.Name)} has not taken a call since {webhook.FailingSince:yyyy-MM-dd HH:mm} UTC.", $"`mmdr webhook test {webhook.Name}` tries it, and turns it on once it answers."));
        return AlarmJudgement.Of([.. stuck, .. off, .. Heart(now)]);
    }

    private IEnumerable<Alarm> Heart(DateTimeOffset now)
    {
        if (heartbeat.Failing is { } failing && now - failing.Since >= HeartbeatPatience)
        {
            yield return new Alarm(AlarmKinds.HeartbeatFailed, AlarmSeverity.Warning, "heartbeat", $"The dead man's switch has not taken a call since {failing.Since:yyyy-MM-dd HH:mm} UTC: {failing.Fault}.", "See whether the address in MMDR_Alarms__HeartbeatUrl is right and can be reached; `mmdr alarm test` calls it.");
        }
    }
}
