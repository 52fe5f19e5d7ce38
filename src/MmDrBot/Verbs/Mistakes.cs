using System.CommandLine;
using System.CommandLine.Parsing;

namespace MmDrBot.Verbs;

/// <summary>Says in a sentence why words are no whole verb.</summary>
internal static class Mistakes
{
    /// <summary>
    /// What looks like an option but is none, where the grammar would take it for an argument; null when there is no such word. Behind `--`
    /// everything is an argument.
    /// </summary>
    internal static string? UnknownOption(ParseResult parsed) =>
        parsed.Tokens.Any(token => token.Type is TokenType.DoubleDash)
            ? null
            : parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Select(token => token.Value)
                .Concat(parsed.UnmatchedTokens).FirstOrDefault(word => word.Length > 2 && word.StartsWith("--", StringComparison.Ordinal));

    internal static string Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (UnknownOption(parsed) is { } option)
        {
            return $"There is no option {option}.";
        }

        if (parsed.UnmatchedTokens.Count > 0 && command.Subcommands.Count > 0)
        {
            return $"There is no {parsed.UnmatchedTokens[0]}.";
        }

        return parsed.Errors.Count > 0 && command.Subcommands.Count == 0
            ? string.Join(" ", parsed.Errors.Select(error => error.Message))
            : $"A further word is needed: {string.Join(", ", command.Subcommands.Select(sub => sub.Name))}.";
    }
}
