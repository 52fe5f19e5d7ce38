using System.CommandLine;
using MmDrBot.Access;
using MmDrBot.Jobs;
using MmDrBot.Verbs;

namespace MmDrBot.Scheduling;

/// <summary>Runs, or only rehearses, the command of a schedule: the same words, by the same grammar, as in chat and on the command line.</summary>
internal sealed class ScheduledCommands(IServiceProvider services)
{
    // Verbs are asked for late: those of schedules have this class behind them.
    private readonly Lazy<VerbTree> _tree = new(() => new VerbTree(services.GetServices<Verb>(), new Command("mmdr")));

    /// <summary>What can be put on a schedule.</summary>
    internal IReadOnlyList<string> Schedulable => [.. _tree.Value.Verbs.Values.Where(verb => verb.Schedulable).Select(verb => verb.Path).Order(StringComparer.Ordinal)];

    /// <summary>
    /// Goes through all that a run would, permission, validation and approval included, and launches nothing. So a schedule that could
    /// never run is refused when it is made.
    /// </summary>
    /// <exception cref="Refusal">What the run would be refused for.</exception>
    internal async Task RehearseAsync(string command, JobRehearsal rehearsal, Actor actor, CancellationToken cancellationToken)
    {
        var reply = await RunAsync(command, actor, new ScheduledJobs(new JobLaunch { Rehearsal = rehearsal }), cancellationToken);
        if (rehearsal.Job is null)
        {
            throw Refused($"`{command}` launches no job, so there is nothing to schedule.{(reply.Warning is { } warning ? " " + warning : "")}");
        }
    }

    /// <exception cref="Refusal">The words are no command that can be scheduled, or its use case says no.</exception>
    internal async Task<Reply> RunAsync(string command, Actor actor, IJobFollower jobs, CancellationToken cancellationToken)
    {
        var parsed = _tree.Value.Parse(CommandWords.Split(command));
        if (_tree.Value.VerbOf(parsed) is not { } verb || parsed.Errors.Count > 0 || Mistakes.UnknownOption(parsed) is not null)
        {
            throw Refused($"`{command}` is not understood. {Mistakes.Of(parsed)}");
        }

        return verb.Schedulable ? await verb.RunAsync(new Invocation(parsed, actor, jobs), cancellationToken) : throw Refused($"`{verb.Path}` can't be put on a schedule.");
    }

    private Refusal Refused(string message) => new(RefusalReason.Invalid, message, $"What can be scheduled: {string.Join(", ", Schedulable)}; with their options, such as `backup --label nightly --only database`.")
    {
        Faults = [new RefusalFault("Command", message)],
    };
}
