using System.CommandLine;
using MmDrBot.Access;
using MmDrBot.Interactions;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Alarms;

internal sealed class AlarmsVerb(ListAlarms list) : Verb
{
    private readonly Argument<string?> _id = new("ID") { Description = "Only this one, with what to do.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> _all = new("--all") { Description = "Resolved ones too, newest first." };
    private readonly ShortList _list = new();

    internal override string Path => "alarms";

    internal override string Description => "Lists what is not as it should be: overdue backups and drills, failed jobs, odd sizes, expiring keys.";

    internal override string Details => "The service judges and tells by itself; this shows what it found. `alarm check` judges now.";

    internal override bool InChat => true;

    internal override IReadOnlyList<string> Examples => ["alarms", "alarms --all"];

    internal override void Shape(Command command)
    {
        command.Arguments.Add(_id);
        command.Options.Add(_all);
        _list.AddTo(command);
    }

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        if (invocation.Value(_id) is { } id)
        {
            var one = await list.GetAsync(id, invocation.Actor, cancellationToken);
            return Reply.Of(TextOf(one, invocation), one);
        }

        var all = await list.HandleAsync(invocation.Value(_all), invocation.Actor, cancellationToken);
        return Draw(all, _list.Of(all, invocation), invocation.Value(_all) ? "alarms --all" : "alarms", invocation);
    }

    private static Reply Draw(IReadOnlyList<AlarmView> all, IReadOnlyList<AlarmView> shown, string words, Invocation invocation)
    {
        var hints = new[] { ShortList.Rest(all.Count, shown.Count, words), shown.Any(one => one.State == "open") ? "`alarms ID` says what to do, `alarm ack ID` acknowledges one." : null }.OfType<string>();
        return new Reply
        {
            Text = all.Count == 0 ? "No alarm is open." : null,
            Table = all.Count == 0 ? null : new ReplyTable(["Alarm", "State", "What", "Since"], [.. shown.Select(one => new[] { one.Id, one.State == "open" ? one.Severity : one.State, one.Message, invocation.Cell(one.OpenedAt) })]),
            Footer = all.Count == 0 ? null : invocation.Below(string.Join(' ', hints) is { Length: > 0 } footer ? footer : null),
            Buttons = [.. ShortList.More(all.Count, shown.Count, words, Permission.ViewStatus), .. shown.Where(one => one.State != "resolved").Take(3).Select(one => new Button($"What to do: {one.Subject}", ["alarms", one.Id], Permission.ViewStatus))],
            Json = shown,
        };
    }

    private static string TextOf(AlarmView one, Invocation invocation)
    {
        var ends = one.ResolvedAt is { } resolved ? $"Resolved {invocation.Time(resolved)}." : one.AcknowledgedAt is { } at ? $"Acknowledged by {one.AcknowledgedBy}, {invocation.Time(at)}.{(one.Note is { Length: > 0 } note ? $" {Words.Code(note)}" : "")}" : "Nobody has acknowledged it.";
        return $"**{one.Severity}** {one.Kind}, {one.Subject} (`{one.Id}`): {one.Message}\nNext: {one.Cure}\nOpen since {invocation.Time(one.OpenedAt)}. {ends}";
    }
}

internal sealed class AlarmAckVerb(AcknowledgeAlarm acknowledge) : Verb
{
    private readonly Argument<string> _id = new("ID") { Description = "The alarm, as `alarms` shows it, or the first characters of its id.", Arity = ArgumentArity.ExactlyOne };
    private readonly Option<string?> _note = new("--note") { Description = "What you are doing about it, in one line.", HelpName = "TEXT" };

    internal override string Path => "alarm ack";

    internal override string Description => "Says that you know of an alarm: nobody is reminded of it any more.";

    internal override string Details => "It stays open until its cause is gone, and ends by itself then. If it gets worse, it is told anew.";

    internal override bool InChat => true;

    internal override IReadOnlyList<string> Examples => ["alarm ack al-7k2m9qx4ta --note \"the disk is being replaced\""];

    internal override void Shape(Command command)
    {
        command.Arguments.Add(_id);
        command.Options.Add(_note);
    }

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var view = await acknowledge.HandleAsync(new AcknowledgeAlarmRequest(invocation.Value(_id)!, invocation.Value(_note)), invocation.Actor, cancellationToken);
        return Reply.Of($"Acknowledged: {view.Message}\nIt ends by itself once its cause is gone.", view);
    }
}

internal sealed class AlarmCheckVerb(CheckAlarms check) : Verb
{
    internal override string Path => "alarm check";

    internal override string Description => "Judges everything now, from here, whether the service runs or not; tells nobody.";

    internal override string Details => "Ends with 1 when anything is wrong or could not be judged: for cron, Nagios and the like, on another machine than the service's if you can.";

    internal override IReadOnlyList<string> Examples => ["alarm check", "alarm check --json"];

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var found = await check.HandleAsync(invocation.Actor, cancellationToken);
        return new Reply
        {
            Text = found.Good ? "No alarm is due." : null,
            Table = found.Good ? null : new ReplyTable(["", "Kind", "Subject", "What"], [.. found.Alarms.Select(one => new[] { one.Severity.ToUpperInvariant(), one.Kind, one.Subject, $"{one.Message} {one.Cure}" }), .. found.Unjudged.Select(one => new[] { "UNKNOWN", "", one.Source, $"Could not be judged: {one.Obstacle}" })]),
            Json = new { good = found.Good, alarms = found.Alarms, unjudged = found.Unjudged },
            ExitCode = found.Good ? ExitCodes.Ok : ExitCodes.Failed,
        };
    }
}

internal sealed class AlarmTestVerb(TestAlarms test) : Verb
{
    internal override string Path => "alarm test";

    internal override string Description => "Sends a test to every channel, by mail and to the dead man's switch, and says which took it.";

    internal override string Details => "Webhooks are tried one by one: `webhook test`.";

    internal override bool InChat => true;

    internal override IReadOnlyList<string> Examples => ["alarm test"];

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var tested = await test.HandleAsync(invocation.Actor, cancellationToken);
        var good = tested.Count > 0 && tested.All(way => way.Good);
        return new Reply
        {
            Text = tested.Count == 0 ? "Alarms reach nobody: set MMDR_Announcements__Channel, MMDR_Mail__Host or MMDR_Alarms__HeartbeatUrl." : null,
            Table = tested.Count == 0 ? null : new ReplyTable(["Way", "Outcome"], [.. tested.Select(way => new[] { way.Way, way.Good ? "taken" : way.Fault! })]),
            Json = tested,
            ExitCode = good ? ExitCodes.Ok : ExitCodes.Failed,
        };
    }
}

internal sealed class MailTestVerb(TestAlarms test) : Verb
{
    private readonly Argument<string> _address = new("ADDRESS") { Description = "Who gets it.", Arity = ArgumentArity.ExactlyOne };

    internal override string Path => "mail test";

    internal override string Description => "Sends a test mail through the mail server of the settings.";

    internal override IReadOnlyList<string> Examples => ["mail test ops@example.org"];

    internal override void Shape(Command command) => command.Arguments.Add(_address);

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var address = invocation.Value(_address)!;
        var tested = await test.MailAsync(address, invocation.Actor, cancellationToken);
        return Reply.Of($"The mail server took the mail to {address}. See whether it arrives.", tested);
    }
}
