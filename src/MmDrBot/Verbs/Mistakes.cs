using System.CommandLine;

namespace MmDrBot.Verbs;

/// <summary>Says in a sentence why words are no whole verb.</summary>
internal static class Mistakes
{
    internal static string Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (parsed.UnmatchedTokens.Count > 0 && command.Subcommands.Count > 0)
        {
            return $"There is no {parsed.UnmatchedTokens[0]}.";
        }

        return parsed.Errors.Count > 0 && command.Subcommands.Count == 0
            ? string.Join(" ", parsed.Errors.Select(error => error.Message))
            : $"A further word is needed: {string.Join(", ", command.Subcommands.Select(sub => sub.Name))}.";
    }
}
