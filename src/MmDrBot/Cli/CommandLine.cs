using System.CommandLine;
using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Protection;
using MmDrBot.Settings;
using MmDrBot.Verbs;

namespace MmDrBot.Cli;

/// <summary>
/// The terminal's door: parses, runs one verb, prints its reply, gives the exit code. Settings are read and services built only once the
/// words are known to be a verb that needs them.
/// </summary>
internal static class CommandLine
{
    private const string Help = "help";

    internal static async Task<int> RunAsync(IReadOnlyList<Verb> drafts, Func<bool, ServiceProvider> build, string[] arguments)
    {
        var words = arguments is [Help, .. var rest] ? [.. rest, "--help"] : arguments;
        var tree = new VerbTree(drafts, GlobalOptions.Root());
        var parsed = tree.Parse(words);
        var terminal = new Terminal(parsed.GetValue(GlobalOptions.Json), parsed.GetValue(GlobalOptions.Quiet));
        if (tree.VerbOf(parsed) is not { } draft || parsed.Errors.Count > 0 || parsed.Action is System.CommandLine.Help.HelpAction || Mistakes.UnknownOption(parsed) is not null)
        {
            return HelpPages.Answer(parsed, tree, terminal);
        }

        using var interrupt = new InterruptSignal();
        try
        {
            return draft.StandsAlone
                ? await RunAsync(draft, new Invocation(parsed, Actor.System, NoJobs.Instance), terminal, interrupt.Token)
                : await RunAsync(draft, build, words, parsed.GetValue(GlobalOptions.Verbose), terminal, interrupt.Token);
        }
        catch (Refusal refusal)
        {
            return Refused(refusal, terminal, null);
        }
        catch (OperationCanceledException) when (interrupt.Token.IsCancellationRequested)
        {
            terminal.WriteError("interrupted", "Interrupted.", null, null);
            return ExitCodes.Interrupted;
        }
    }

    private static async Task<int> RunAsync(Verb draft, Func<bool, ServiceProvider> build, string[] words, bool verbose, Terminal terminal, CancellationToken cancellationToken)
    {
        await using var services = build(verbose);
        var settings = services.GetRequiredService<AppSettings>();
        // What the command writes to the audit bears it, so that an answer leads there.
        var reference = Reference.New();
        try
        {
            var verb = (Verb)ActivatorUtilities.CreateInstance(services, draft.GetType());
            if (settings.Faults is { Count: > 0 } faults && verb.NeedsGoodSettings)
            {
                terminal.WriteError("settings", string.Join('\n', faults), "`mmdr config check` shows where settings come from.", null);
                return ExitCodes.Usage;
            }

            var follower = ActivatorUtilities.CreateInstance<TerminalJobs>(services, terminal);
            var parsed = new VerbTree([verb], GlobalOptions.Root()).Parse(words);
            return await RunAsync(verb, new Invocation(parsed, ActorOf(settings, parsed, reference), follower), terminal, cancellationToken);
        }
        catch (Refusal refusal)
        {
            if (refusal.Reason is RefusalReason.Forbidden)
            {
                await services.GetRequiredService<RefusalRecords>().RecordAsync(CliActor.Current(settings.Access) with { RequestId = reference }, "command.refused", draft.Path, refusal, CancellationToken.None);
            }

            return Refused(refusal, terminal, reference);
        }
        catch (Exception exception) when (!(exception is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            return Unexpected(exception, services, terminal, reference);
        }
    }

    private static Actor ActorOf(AppSettings settings, ParseResult parsed, string reference) =>
        CliActor.Current(settings.Access) with
        {
            RequestId = reference,
            BreakGlass = parsed.GetValue(GlobalOptions.BreakGlass) switch
            {
                null => null,
                { Length: > 0 and <= 200 } reason when !reason.Any(char.IsControl) => reason,
                _ => throw new Refusal(RefusalReason.Invalid, "--break-glass takes a reason in one line of at most 200 characters."),
            },
        };

    private static async Task<int> RunAsync(Verb verb, Invocation invocation, Terminal terminal, CancellationToken cancellationToken)
    {
        var reply = await verb.RunAsync(invocation, cancellationToken);
        terminal.Write(reply);
        return reply.ExitCode;
    }

    private static int Refused(Refusal refusal, Terminal terminal, string? reference)
    {
        terminal.WriteError(EnumText.Of(refusal.Reason), refusal.Message, refusal.Hint, reference);
        return ExitCodes.Of(refusal.Reason);
    }

    private static int Unexpected(Exception exception, IServiceProvider services, Terminal terminal, string reference)
    {
        if (EngineRefusals.From(exception) is { } refusal)
        {
            return Refused(refusal, terminal, reference);
        }

        CliLog.Unexpected(services.GetRequiredService<ILoggerFactory>().CreateLogger("mmdr"), exception, reference);
        terminal.WriteError("internal", "Something went wrong inside MmDrBot.", "The lines above have the details; please report them.", reference);
        return ExitCodes.Failed;
    }
}
