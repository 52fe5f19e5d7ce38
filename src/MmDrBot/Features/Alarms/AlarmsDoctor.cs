using MmDrBot.Access;
using MmDrBot.Alarms;
using MmDrBot.Diagnosis;
using MmDrBot.Webhooks;

namespace MmDrBot.Features.Alarms;

/// <summary>Whether alarms reach anybody, also when Mattermost or this service is what is down.</summary>
internal sealed class AlarmsDoctor(IEnumerable<IAlarmTeller> tellers, WebhookStore webhooks, Heartbeat heartbeat) : IDoctorCheck
{
    public DoctorArea Area => DoctorArea.Service;

    public string What => "ways of alarms";

    public async Task<IReadOnlyList<Finding>> RunAsync(Actor actor, CancellationToken cancellationToken)
    {
        var ways = tellers.SelectMany(teller => teller.WaysOf(AlarmEvent.Opened)).ToList();
        ways.AddRange((await webhooks.ListAsync(cancellationToken)).Where(webhook => webhook.DisabledAt is null && webhook.Wants(WebhookEvents.AlarmOpened)).Select(webhook => $"webhook {webhook.Name}"));
        return [Ways(ways), Switch()];
    }

    private Finding Ways(List<string> ways) => ways switch
    {
        [] => Finding.Warning(What, "Alarms reach nobody: they are only logged.", "Set MMDR_Announcements__Channel and MMDR_Mail__Host, or add a webhook (docs/alarms.md)."),
        _ when ways.All(way => way.StartsWith("chat:", StringComparison.Ordinal)) => Finding.Warning(What, "Alarms go to Mattermost alone, which may be what is down.", "Set MMDR_Mail__Host, or add a webhook (docs/alarms.md)."),
        _ => Finding.Ok(What, $"{string.Join(", ", ways)}. `mmdr alarm test` tries them."),
    };

    private Finding Switch() => heartbeat.IsSet
        ? Finding.Ok("dead man's switch", "Called after each round of alarms.")
        : Finding.Warning("dead man's switch", "None is set: nobody notices when this service itself is gone.", "Set MMDR_Alarms__HeartbeatUrl (docs/alarms.md).");
}
