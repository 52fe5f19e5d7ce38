using System.CommandLine;
using MmDrBot.Settings;
using MmDrBot.Verbs;

namespace MmDrBot.Cli;

/// <summary>Answers what is not a whole verb: help, version, mistakes.</summary>
internal static class HelpPages
{
    internal static int Answer(ParseResult parsed, VerbTree tree, Terminal terminal)
    {
        if (parsed.Action?.GetType().Name == "VersionOptionAction")
        {
            Console.Out.WriteLine(ProgramVersion.Version);
            return ExitCodes.Ok;
        }

        var asked = parsed.Action is System.CommandLine.Help.HelpAction;
        // `mmdr help vefiry` is a mistake, not a question about mmdr.
        if ((asked && parsed.UnmatchedTokens.Count == 0) || parsed.Tokens.Count == 0)
        {
            Console.Out.Write(HelpText.Of(parsed.CommandResult.Command, tree));
            return asked ? ExitCodes.Ok : ExitCodes.Usage;
        }

        terminal.WriteError("usage", Mistakes.Of(parsed), $"{Suggestions.For(parsed, tree)}`{HelpText.PathOf(parsed.CommandResult.Command)} --help` explains.", null);
        return ExitCodes.Usage;
    }
}
