using System.CommandLine;
using System.CommandLine.Parsing;

namespace MmDrBot.Verbs;

/// <summary>Says in a sentence why words are no whole verb.</summary>
internal static class Mistakes
{
    private const int LongestWord = 64;
    private static readonly Type[] Numbers = [typeof(int), typeof(int?), typeof(double)];

    /// <summary>
    /// What looks like an option but is none, where the grammar would take it for an argument; null when there is no such word. Behind `--`
    /// everything is an argument.
    /// </summary>
    internal static string? UnknownOption(ParseResult parsed) =>
        parsed.Tokens.Any(token => token.Type is TokenType.DoubleDash)
            ? null
            : parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Select(token => token.Value)
                .Concat(parsed.UnmatchedTokens).FirstOrDefault(word => word.Length > 2 && word.StartsWith("--", StringComparison.Ordinal));

    /// <summary>
    /// The word below a verb that was meant by what stands where the verb has an argument, such as hold by `restore-point hodl latest`; null when none is near.
    /// </summary>
    internal static (string Typed, string Meant)? MistypedWord(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var typed = parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Select(token => token.Value.ToLowerInvariant()).FirstOrDefault();
        return typed is not null && Suggestions.Nearest(typed, command.Subcommands.Select(sub => sub.Name)) is { } meant ? (typed, meant) : null;
    }

    internal static string Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (MistypedWord(parsed) is { } word)
        {
            return $"There is no {Suggestions.PathOf(command)} {word.Typed}.";
        }

        if (UnknownOption(parsed) is { } option)
        {
            return $"There is no option {Brief(option)}.";
        }

        if (parsed.UnmatchedTokens.Count > 0 && command.Subcommands.Count > 0)
        {
            return $"There is no {Brief(parsed.UnmatchedTokens[0])}.";
        }

        return parsed.Errors.Count > 0 && command.Subcommands.Count == 0
            ? string.Join(" ", parsed.Errors.Select(Worded))
            : $"A further word is needed: {string.Join(", ", command.Subcommands.Select(sub => sub.Name))}.";
    }

    /// <summary>A word as it is repeated to whoever typed it: of a very long one the beginning tells enough.</summary>
    internal static string Brief(string word) => word.Length <= LongestWord ? word : $"{word[..LongestWord]}...";

    /// <summary>The parser names the types of our code, which tell nobody anything.</summary>
    private static string Worded(ParseError error) =>
        error.SymbolResult is OptionResult { Option: var option, Tokens: [.., var token] } && Numbers.Contains(option.ValueType) && error.Message.StartsWith("Cannot parse", StringComparison.Ordinal)
            ? $"{option.Name}: {token.Value} is no {(option.ValueType == typeof(double) ? "number" : "whole number")}."
            : error.Message;
}
