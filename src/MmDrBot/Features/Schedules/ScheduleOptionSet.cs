using System.CommandLine;
using MmDrBot.Access;
using MmDrBot.Scheduling;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Schedules;

/// <summary>The words in which the terms of a schedule are given, the same where it is made and where it is changed.</summary>
internal sealed class ScheduleOptionSet
{
    private static readonly string[] Presets = ["daily 02:30", "weekdays 22:00", "weekly sun 03:00", "monthly 1 04:00", "hourly", "every 15m"];

    private readonly Option<string?> _when = new("--when", "--cron") { Description = "When: \"daily 02:30\", \"weekdays 22:00\", \"weekly sun 03:00\", \"monthly 1 04:00\", hourly, \"every 15m\", or cron: \"30 2 * * *\".", HelpName = "TIME" };
    private readonly Option<string?> _zone = new("--zone") { Description = "The time zone of that time, such as Europe/Berlin. Without, that of the settings, else your own.", HelpName = "ZONE" };
    private readonly Option<string?> _run = new("--run") { Description = "What to run, in quotes: \"backup --label nightly\". The same may stand at the end, behind --.", HelpName = "COMMAND" };
    private readonly Option<bool> _catchUp = new("--catch-up") { Description = "One run makes up for all that was missed while the service was down. So it is unless --skip-missed says otherwise." };
    private readonly Option<bool> _skipMissed = new("--skip-missed") { Description = "What was missed while the service was down is left out." };
    private readonly Option<string?> _jitter = new("--jitter") { Description = "Start up to so much later, such as 10m: always the same for the same time.", HelpName = "TIME" };
    private readonly Option<string?> _notDuring = new("--not-during") { Description = "When nothing may start: \"Mon-Fri 08:00-18:00\"; several with semicolons between. What is due then starts at the end.", HelpName = "TIMES" };
    private readonly Argument<string[]> _words = new("COMMAND") { Description = "What to run, behind --: `-- backup --label nightly`.", Arity = ArgumentArity.ZeroOrMore };

    internal void Shape(Command command)
    {
        _when.CompletionSources.Add(Presets);
        foreach (var option in new Option[] { _when, _zone, _run, _catchUp, _skipMissed, _jitter, _notDuring })
        {
            command.Options.Add(option);
        }

        command.Arguments.Add(_words);
    }

    /// <exception cref="Refusal">Invalid: two words contradict each other.</exception>
    internal ScheduleRequest Read(Invocation invocation)
    {
        var (words, run) = (invocation.Value(_words) ?? [], invocation.Value(_run));
        var (catchUp, skip) = (invocation.Value(_catchUp), invocation.Value(_skipMissed));
        if (catchUp && skip)
        {
            throw new Refusal(RefusalReason.Invalid, "--catch-up and --skip-missed say the opposite.", "Give one of them.");
        }

        if (words.Length > 0 && run is { Length: > 0 })
        {
            throw new Refusal(RefusalReason.Invalid, $"Two commands are given: `{run}` and `{CommandWords.Join(words)}`.", "Give one of them.");
        }

        return new ScheduleRequest
        {
            When = invocation.Value(_when),
            Zone = invocation.Value(_zone),
            Command = words.Length > 0 ? CommandWords.Join(words) : run,
            CatchUp = catchUp ? true : skip ? false : null,
            Jitter = invocation.Value(_jitter),
            NotDuring = invocation.Value(_notDuring),
        };
    }
}
