using System.CommandLine;
using MmDrBot.Access;
using MmDrBot.Protection;
using MmDrBot.Settings;
using MmDrBot.Verbs;

namespace MmDrBot.Cli;

/// <summary>The terminal's door: parses, runs one verb, prints its reply, gives the exit code.</summary>
internal static class CommandLine
{
    private static readonly Option<bool> Json = new("--json") { Description = "Print one JSON document and nothing else on standard output.", Recursive = true };
    private static readonly Option<bool> Quiet = new("--quiet") { Description = "No progress.", Recursive = true };
    private static readonly Option<string?> BreakGlass = new("--break-glass") { Description = "In an emergency: do without the second person, for this reason; it is audited and announced.", Recursive = true, HelpName = "REASON" };

    internal static async Task<int> RunAsync(IServiceProvider services, string[] arguments)
    {
        var root = new RootCommand("Disaster recovery for a Mattermost server.");
        root.Options.Add(Json);
        root.Options.Add(Quiet);
        root.Options.Add(BreakGlass);
        var tree = new VerbTree(services.GetServices<Verb>(), root);
        var parsed = tree.Parse(arguments);
        var terminal = new Terminal(parsed.GetValue(Json), parsed.GetValue(Quiet));
        if (tree.VerbOf(parsed) is not { } verb || parsed.Errors.Count > 0 || parsed.Action is System.CommandLine.Help.HelpAction)
        {
            return Help.Answer(parsed, tree, terminal);
        }

        if (services.GetRequiredService<AppSettings>().Faults is { Count: > 0 } faults && verb.NeedsGoodSettings)
        {
            terminal.WriteError("settings", string.Join('\n', faults), "`mmdr config check` shows where settings come from.", null);
            return ExitCodes.Usage;
        }

        using var interrupt = new InterruptSignal();
        try
        {
            var follower = ActivatorUtilities.CreateInstance<TerminalJobs>(services, terminal);
            var reply = await verb.RunAsync(new Invocation(parsed, ActorOf(services, parsed), follower), interrupt.Token);
            terminal.Write(reply);
            return reply.ExitCode;
        }
        catch (Refusal refusal)
        {
            terminal.WriteError(EnumText.Of(refusal.Reason), refusal.Message, refusal.Hint, null);
            return ExitCodes.Of(refusal.Reason);
        }
        catch (OperationCanceledException) when (interrupt.Token.IsCancellationRequested)
        {
            terminal.WriteError("interrupted", "Interrupted.", null, null);
            return ExitCodes.Interrupted;
        }
        catch (Exception exception)
        {
            return Unexpected(exception, services, terminal);
        }
    }

    private static Actor ActorOf(IServiceProvider services, ParseResult parsed) =>
        CliActor.Current(services.GetRequiredService<AppSettings>().Access) with
        {
            BreakGlass = parsed.GetValue(BreakGlass) switch
            {
                null => null,
                { Length: > 0 and <= 200 } reason when !reason.Any(char.IsControl) => reason,
                _ => throw new Refusal(RefusalReason.Invalid, "--break-glass takes a reason in one line of at most 200 characters."),
            },
        };

    private static int Unexpected(Exception exception, IServiceProvider services, Terminal terminal)
    {
        if (EngineRefusals.From(exception) is { } refusal)
        {
            terminal.WriteError(EnumText.Of(refusal.Reason), refusal.Message, refusal.Hint, null);
            return ExitCodes.Of(refusal.Reason);
        }

        var reference = Reference.New();
        CliLog.Unexpected(services.GetRequiredService<ILoggerFactory>().CreateLogger("mmdr"), exception, reference);
        terminal.WriteError("internal", "Something went wrong inside MmDrBot.", "The lines above have the details; please report them.", reference);
        return ExitCodes.Failed;
    }
}
