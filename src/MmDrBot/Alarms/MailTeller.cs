using MmDrBot.Mailing;
using MmDrBot.Settings;

namespace MmDrBot.Alarms;

/// <summary>Tells by mail; all news of one alarm are one thread.</summary>
internal sealed class MailTeller(Mailer mailer, MailOptions options) : IAlarmTeller
{
    internal const string Way = "mail";

    public IReadOnlyList<string> WaysOf(AlarmEvent what) => options.IsSet ? [Way] : [];

    public bool Owns(string way) => way == Way;

    public async Task<string?> TellAsync(string way, AlarmNews news, CancellationToken cancellationToken)
    {
        var mail = new Mail(options.To, $"[mmdr] {news.Subject}", $"{news.Plain}\n\nAlarm {news.Raised.Id}. `mmdr alarms` lists what is open, `mmdr alarm ack {news.Raised.Id}` acknowledges it.\n");
        await mailer.SendAsync(mail with { Thread = news.Raised.Id, IsFirst = news.Event is AlarmEvent.Opened }, cancellationToken);
        return null;
    }

    public Task TestAsync(string way, CancellationToken cancellationToken) => SendTestAsync(options.To, cancellationToken);

    internal Task SendTestAsync(IReadOnlyList<string> to, CancellationToken cancellationToken) =>
        mailer.SendAsync(new Mail(to, "[mmdr] Test", "Alarms get through to here. Nothing is wrong.\n"), cancellationToken);
}
