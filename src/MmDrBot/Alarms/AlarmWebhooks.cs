using MmDrBot.Access;
using MmDrBot.Settings;
using MmDrBot.Webhooks;

namespace MmDrBot.Alarms;

/// <summary>What webhooks are told of alarms: ids, kinds and times, no sentences.</summary>
internal static class AlarmWebhooks
{
    internal static IEnumerable<WebhookEvent> Of(RaisedAlarm raised, AlarmEvent told)
    {
        if (told is AlarmEvent.Reminder)
        {
            yield break;
        }

        var data = new
        {
            alarm = raised.Id,
            kind = raised.Alarm.Kind,
            severity = EnumText.Of(raised.Alarm.Severity),
            subject = raised.Alarm.Subject,
            because = EnumText.Of(told),
            openedAt = raised.OpenedAt,
            resolvedAt = raised.ResolvedAt,
        };
        yield return new WebhookEvent(told is AlarmEvent.Resolved ? WebhookEvents.AlarmResolved : WebhookEvents.AlarmOpened, data);
        if (raised.Alarm.Kind == AlarmKinds.BackupOverdue && told is not AlarmEvent.Resolved)
        {
            yield return new WebhookEvent(WebhookEvents.BackupOverdue, new { alarm = raised.Id, component = raised.Alarm.Subject, openedAt = raised.OpenedAt });
        }
    }
}
