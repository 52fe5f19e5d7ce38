using MmDrBot.Access;
using MmDrBot.Alarms;
using MmDrBot.Audit;

namespace MmDrBot.Features.Alarms;

/// <summary>Sends a test on every way, and says which took it.</summary>
internal sealed class TestAlarms(AlarmMessenger messenger, MailTeller mail, Heartbeat heartbeat, AuditTrailWriter audit)
{
    public async Task<IReadOnlyList<TestedWay>> HandleAsync(Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageAlarms);
        var tested = (await messenger.TestAsync(cancellationToken)).Select(item => new TestedWay(item.Way, item.Fault is null, item.Fault)).ToList();
        if (heartbeat.IsSet)
        {
            var fault = await heartbeat.CallAsync(isWell: true, "test", cancellationToken);
            tested.Add(new TestedWay("heartbeat", fault is null, fault));
        }

        await audit.RecordAsync(actor, "alarm.tested", string.Join(", ", tested.Select(way => way.Way)), cancellationToken);
        return tested;
    }

    /// <summary>Sends a test mail to any address.</summary>
    /// <exception cref="Refusal">Invalid: it is no address, or no mail server is set. Unavailable: the server did not take it.</exception>
    public async Task<TestedWay> MailAsync(string address, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageAlarms);
        if (!MimeKit.MailboxAddress.TryParse(address, out var parsed) || !parsed.Address.Contains('@', StringComparison.Ordinal))
        {
            throw new Refusal(RefusalReason.Invalid, $"{address} is no mail address.", "Write it as ops@example.org.");
        }

        await mail.SendTestAsync([parsed.Address], cancellationToken);
        await audit.RecordAsync(actor, "mail.tested", parsed.Address, cancellationToken);
        return new TestedWay(MailTeller.Way, true, null);
    }
}

/// <summary>What came of a test on one way.</summary>
/// <param name="Way">`mail`, `heartbeat`, or `chat:` and the target.</param>
/// <param name="Good">Whether it was taken.</param>
/// <param name="Fault">Why not.</param>
internal sealed record TestedWay(string Way, bool Good, string? Fault);
