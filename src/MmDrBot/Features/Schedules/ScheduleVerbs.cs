using System.CommandLine;
using MmDrBot.Access;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Schedules;

internal sealed class SchedulesVerb(ShowSchedules show) : Verb
{
    private readonly ShortList _list = new();

    internal override string Path => "schedules";

    internal override string Description => "Lists what runs by itself, when it runs next, and what became of it last.";

    internal override bool InChat => true;

    internal override IReadOnlyList<string> Examples => ["schedules"];

    internal override void Shape(Command command) => _list.AddTo(command);

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var all = await show.ListAsync(invocation.Actor, cancellationToken);
        var views = _list.Of(all, invocation);
        var hasBackup = all.Any(view => view is { Kind: "backup", State: "on" });
        var hint = hasBackup ? null : "**No schedule takes backups.** For instance: `schedule add nightly --when \"daily 02:30\" -- backup --label nightly`";
        return new Reply
        {
            Text = views.Count == 0 ? hint : null,
            Table = views.Count == 0 ? null : new ReplyTable(["Schedule", "When", "Runs", "Next", "Last"], [.. views.Select(view => Row(view, invocation))]),
            Footer = views.Count == 0 ? null : invocation.Below(string.Join('\n', new[] { ShortList.Rest(all.Count, views.Count, "schedules"), hint }.OfType<string>()) is { Length: > 0 } footer ? footer : null),
            Buttons = ShortList.More(all.Count, views.Count, "schedules", Permission.ViewStatus),
            Json = views,
        };
    }

    private static string[] Row(ScheduleView view, Invocation invocation) =>
        [view.Name, $"{view.When}, {view.Zone}", view.Command, view.Next.Count > 0 ? invocation.Cell(view.Next[0]) : "-", ScheduleWords.StateOf(view)];
}

internal sealed class ScheduleShowVerb(ShowSchedules show) : Verb
{
    private readonly Argument<string> _name = new("NAME") { Description = "Which.", Arity = ArgumentArity.ExactlyOne };

    internal override string Path => "schedule show";

    internal override string Description => "Shows a schedule: its next five times, its last runs and why some did not happen.";

    internal override bool InChat => true;

    internal override IReadOnlyList<string> Examples => ["schedule show nightly"];

    internal override void Shape(Command command) => command.Arguments.Add(_name);

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken) =>
        ScheduleWords.Shown(await show.GetAsync(invocation.Value(_name)!, invocation.Actor, cancellationToken), invocation);
}

internal sealed class SchedulePauseVerb(ChangeSchedule change, ShowSchedules show) : Verb
{
    private readonly Argument<string> _name = new("NAME") { Description = "Which.", Arity = ArgumentArity.ExactlyOne };

    internal override string Path => "schedule pause";

    internal override string Description => "Lets a schedule rest until it is resumed.";

    internal override bool InChat => true;

    internal override IReadOnlyList<string> Examples => ["schedule pause nightly"];

    internal override void Shape(Command command) => command.Arguments.Add(_name);

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var paused = await change.PauseAsync(invocation.Value(_name)!, seen: null, invocation.Actor, cancellationToken);
        return ScheduleWords.Of(await show.GetAsync(paused.Name, ScheduleWords.Reader(invocation), cancellationToken), "rests", invocation);
    }
}

internal sealed class ScheduleResumeVerb(ChangeSchedule change, ShowSchedules show) : Verb
{
    private readonly Argument<string> _name = new("NAME") { Description = "Which.", Arity = ArgumentArity.ExactlyOne };

    internal override string Path => "schedule resume";

    internal override string Description => "Has a paused schedule run again; what was due meanwhile is left out.";

    internal override bool InChat => true;

    internal override IReadOnlyList<string> Examples => ["schedule resume nightly"];

    internal override void Shape(Command command) => command.Arguments.Add(_name);

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var resumed = await change.ResumeAsync(invocation.Value(_name)!, seen: null, invocation.Actor, cancellationToken);
        return ScheduleWords.Of(await show.GetAsync(resumed.Name, ScheduleWords.Reader(invocation), cancellationToken), "is on again", invocation);
    }
}

internal sealed class ScheduleRemoveVerb(ChangeSchedule change) : Verb
{
    private readonly Argument<string> _name = new("NAME") { Description = "Which.", Arity = ArgumentArity.ExactlyOne };

    internal override string Path => "schedule remove";

    internal override string Description => "Takes a schedule away, with what is known of its runs; their jobs stay.";

    internal override bool InChat => true;

    internal override IReadOnlyList<string> Examples => ["schedule remove nightly"];

    internal override void Shape(Command command) => command.Arguments.Add(_name);

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var removed = await change.RemoveAsync(invocation.Value(_name)!, seen: null, invocation.Actor, cancellationToken);
        return Reply.Of($"Schedule **{removed.Name}** is removed. It ran {Words.Code(removed.Command)}.", new { removed = removed.Name });
    }
}

internal sealed class ScheduleRunVerb(RunSchedule run) : Verb
{
    private readonly Argument<string> _name = new("NAME") { Description = "Which.", Arity = ArgumentArity.ExactlyOne };

    internal override string Path => "schedule run";

    internal override string Description => "Runs a schedule's command now, in your name.";

    internal override bool InChat => true;

    internal override IReadOnlyList<string> Examples => ["schedule run nightly"];

    internal override void Shape(Command command) => command.Arguments.Add(_name);

    internal override Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken) =>
        run.HandleAsync(invocation.Value(_name)!, invocation.Actor, invocation.Jobs, cancellationToken);
}
