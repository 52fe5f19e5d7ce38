using System.CommandLine;
using MmDrBot.Access;
using MmDrBot.Interactions;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Schedules;

internal sealed class ScheduleAddVerb(AddSchedule add, ShowSchedules show) : Verb
{
    private readonly Argument<string?> _name = new("NAME") { Description = "What to call it, such as nightly.", Arity = ArgumentArity.ZeroOrOne };
    private readonly ScheduleOptionSet _terms = new();

    internal override string Path => "schedule add";

    internal override string Description => "Has a command run by itself: nightly backups, weekly verifications.";

    internal override bool InChat => true;

    internal override IReadOnlyList<string> Examples =>
    [
        "schedule add nightly --when \"daily 02:30\" -- backup --label nightly",
        "schedule add database --when \"every 6h\" --zone Europe/Berlin --run \"backup --only database --label six-hourly\"",
        "schedule add proof --cron \"0 5 * * 6\" --jitter 20m --not-during \"Mon-Fri 08:00-18:00\" -- verify latest --level data",
    ];

    internal override string Details =>
        """
        The command is tried without being carried out, with your permissions: what could never run is refused now. From then on it runs in the name of the schedule, with yours beside it.

        When the clocks change, nothing runs twice or not at all: a time that the clocks leave out is made up for right after, and a fixed time within the hour that comes twice runs once. While its run before is still at work, or another of its kind, it waits. Schedules run while the service does (`mmdr serve`).
        """;

    internal override void Shape(Command command)
    {
        command.Arguments.Add(_name);
        _terms.Shape(command);
    }

    internal override Form Form => new("Make a schedule", Permission.ManageSchedules)
    {
        Submit = "Make it",
        Introduction = "The command runs by itself at these times, as long as the service runs.",
        Fields =
        [
            new("NAME", "Name", FormFieldKind.Line) { MaxLength = 63, Property = nameof(NewScheduleRequest.Name), Placeholder = "nightly", Help = "Small letters, digits and dashes." },
            new("--when", "When", FormFieldKind.Line) { MaxLength = 100, Property = nameof(ScheduleRequest.When), Placeholder = "daily 02:30", Help = "daily 02:30, weekdays 22:00, weekly sun 03:00, monthly 1 04:00, hourly, every 15m, or cron: 30 2 * * *" },
            new("--zone", "Time zone", FormFieldKind.Line) { Optional = true, MaxLength = 60, Property = nameof(ScheduleRequest.Zone), Placeholder = "your own", Help = "Such as Europe/Berlin." },
            new("--run", "Command", FormFieldKind.Line) { MaxLength = 150, Property = nameof(ScheduleRequest.Command), Placeholder = "backup --label nightly" },
            new("--not-during", "Not during", FormFieldKind.Line) { Optional = true, MaxLength = 150, Property = nameof(ScheduleRequest.NotDuring), Placeholder = "Mon-Fri 08:00-18:00" },
        ],
    };

    internal override bool Asks(Invocation invocation) => invocation.Value(_name) is null && _terms.Read(invocation) == new ScheduleRequest();

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var name = (invocation.Value(_name) ?? "").Trim().ToLowerInvariant();
        var schedule = await add.HandleAsync(new NewScheduleRequest(name, _terms.Read(invocation)), invocation.Actor, cancellationToken);
        return ScheduleWords.Of(await show.GetAsync(schedule.Name, ScheduleWords.Reader(invocation), cancellationToken), "is made", invocation);
    }
}

internal sealed class ScheduleChangeVerb(ChangeSchedule change, ShowSchedules show) : Verb
{
    private readonly Argument<string> _name = new("NAME") { Description = "Which; `schedules` lists them.", Arity = ArgumentArity.ExactlyOne };
    private readonly ScheduleOptionSet _terms = new();

    internal override string Path => "schedule change";

    internal override string Description => "Changes when or what a schedule runs; what is not named stays as it is.";

    internal override bool InChat => true;

    internal override IReadOnlyList<string> Examples => ["schedule change nightly --when \"daily 03:15\"", "schedule change nightly -- backup --label nightly --only database", "schedule change nightly --not-during \"\""];

    internal override void Shape(Command command)
    {
        command.Arguments.Add(_name);
        _terms.Shape(command);
    }

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var schedule = await change.HandleAsync(invocation.Value(_name)!, _terms.Read(invocation), seen: null, invocation.Actor, cancellationToken);
        return ScheduleWords.Of(await show.GetAsync(schedule.Name, ScheduleWords.Reader(invocation), cancellationToken), "is changed", invocation);
    }
}
