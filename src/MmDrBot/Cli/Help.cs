using System.CommandLine;
using MmDrBot.Verbs;

namespace MmDrBot.Cli;

/// <summary>Answers what is not a whole verb: help, version, mistakes.</summary>
internal static class Help
{
    internal static int Answer(ParseResult parsed, VerbTree tree, Terminal terminal)
    {
        var asked = parsed.Action is System.CommandLine.Help.HelpAction || parsed.Action?.GetType().Name == "VersionOptionAction";
        if (asked)
        {
            parsed.Invoke();
            WriteExamples(parsed, tree);
            return ExitCodes.Ok;
        }

        if (parsed.Tokens.Count == 0)
        {
            tree.Parse(["--help"]).Invoke();
            return ExitCodes.Usage;
        }

        terminal.WriteError("usage", Mistakes.Of(parsed), $"{Suggestions.For(parsed, tree)}`mmdr {(tree.VerbOf(parsed)?.Path is { } path ? path + " " : "")}--help` explains.", null);
        return ExitCodes.Usage;
    }

    private static void WriteExamples(ParseResult parsed, VerbTree tree)
    {
        if (tree.VerbOf(parsed) is { Examples.Count: > 0 } verb)
        {
            Console.Out.WriteLine("Examples:");
            foreach (var example in verb.Examples)
            {
                Console.Out.WriteLine($"  mmdr {example}");
            }
        }
    }
}
