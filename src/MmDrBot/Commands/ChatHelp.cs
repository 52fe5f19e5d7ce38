using System.CommandLine;
using System.Text;
using MmDrBot.Verbs;

namespace MmDrBot.Commands;

/// <summary>`/dr help`, from the same definitions as the command line's.</summary>
internal static class ChatHelp
{
    /// <param name="tree">All that chat knows.</param>
    /// <param name="words">A command, the beginning of several such as `sso`, or nothing.</param>
    internal static string Of(VerbTree tree, IReadOnlyList<string> words)
    {
        var verbs = Ordered(tree);
        var path = string.Join(' ', words).ToLowerInvariant();
        if (path.Length == 0)
        {
            return All(tree);
        }

        if (verbs.FirstOrDefault(item => item.Value.Path == path) is { Value: not null } one)
        {
            return One(one.Key, one.Value) + Below(tree, path);
        }

        return Group(tree, path) ?? $"There is no command `{CodeOf(path)}`. {Suggestions.For(path, tree)}`/dr help` lists the commands.";
    }

    /// <summary>Answers what is no whole command: the commands of a group, or what is wrong and what may be meant.</summary>
    internal static string OfMistake(VerbTree tree, ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var isGroup = command.Subcommands.Count > 0 && command != tree.Root;
        if (isGroup && parsed.UnmatchedTokens.Count == 0 && Group(tree, command.Name) is { } group)
        {
            return group;
        }

        var more = tree.VerbOf(parsed) is { } verb ? $"`/dr help {verb.Path}` explains it." : isGroup ? $"`/dr help {command.Name}` lists its commands." : "`/dr help` lists the commands.";
        return $"{Mistakes.Of(parsed)}\n{Suggestions.For(parsed, tree)}{more}";
    }

    /// <summary>Null unless the words begin as a command of the host alone.</summary>
    internal static string? OfHostVerb(IEnumerable<string> paths, IReadOnlyList<string> words) =>
        paths.FirstOrDefault(path => path.Split(' ') is var own && own.SequenceEqual(words.Take(own.Length).Select(word => word.ToLowerInvariant()))) is { } path
            ? $"`{path}` is no command of chat.\nNext: run `mmdr {path}` on the host; `mmdr help {path}` explains it there. Much of that REST can do too."
            : null;

    /// <summary>What looks like an option and is none would be taken for an argument; null when there is no such word.</summary>
    internal static string? OfUnknownOption(Verb verb, ParseResult parsed, IReadOnlyList<string> words)
    {
        var unknown = words.Contains("--") ? null : parsed.CommandResult.Tokens.Select(token => token.Value).FirstOrDefault(value => value.StartsWith("--", StringComparison.Ordinal));
        if (unknown is null)
        {
            return null;
        }

        var nearest = Suggestions.Nearest(unknown.Split('=')[0], parsed.CommandResult.Command.Options.Select(option => option.Name));
        return $"`/dr {verb.Path}` has no option `{CodeOf(unknown)}`.\n{(nearest is null ? "" : $"Did you mean `{nearest}`? ")}`/dr help {verb.Path}` explains it.";
    }

    private static KeyValuePair<Command, Verb>[] Ordered(VerbTree tree) => [.. tree.Verbs.OrderBy(item => item.Value.Path, StringComparer.Ordinal)];

    private static KeyValuePair<Command, Verb>[] Under(VerbTree tree, string path) =>
        [.. Ordered(tree).Where(item => item.Value.Path.StartsWith(path + " ", StringComparison.Ordinal))];

    /// <summary>A group has one line: nobody reads fifty.</summary>
    private static string All(VerbTree tree) =>
        $"**/dr**: backups of this Mattermost server.\n\n{string.Concat(tree.Root.Subcommands.OrderBy(command => command.Name, StringComparer.Ordinal).Select(command => Entry(tree, command)))}\n`/dr help COMMAND` shows a command's options and examples.";

    private static string Entry(VerbTree tree, Command command)
    {
        var below = string.Join(", ", command.Subcommands.Select(one => $"`{one.Name}`").Order(StringComparer.Ordinal));
        var name = tree.Verbs.ContainsKey(command) ? command.Name + Arguments(command) : command.Name;
        return $"- `/dr {name}`: {command.Description}{(below.Length > 0 ? $" Behind it: {below}." : "")}\n";
    }

    private static string? Group(VerbTree tree, string path)
    {
        var verbs = Under(tree, path);
        var description = tree.Root.Subcommands.FirstOrDefault(command => command.Name == path)?.Description;
        return verbs.Length == 0 ? null : $"**/dr {path}**: {description}\n\n{List(verbs)}\n`/dr help {verbs[0].Value.Path}` shows the options and examples of one.";
    }

    /// <summary>The commands that go on behind one that is whole already.</summary>
    private static string Below(VerbTree tree, string path) =>
        Under(tree, path) is { Length: > 0 } verbs ? $"\n\n{List(verbs)}".TrimEnd() : "";

    /// <summary>Lines, not a table: telephones show two columns side by side badly.</summary>
    private static string List(IEnumerable<KeyValuePair<Command, Verb>> verbs) =>
        string.Concat(verbs.Select(item => $"- `/dr {item.Value.Path}{Arguments(item.Key)}`: {item.Value.Description}\n"));

    private static string One(Command command, Verb verb)
    {
        var text = new StringBuilder($"`/dr {verb.Path}{Arguments(command)}`: {verb.Description}\n");
        if (verb.Details is { } details)
        {
            text.Append($"\n{details}\n\n");
        }

        foreach (var argument in command.Arguments)
        {
            text.Append($"- `{argument.Name}`: {argument.Description}\n");
        }

        foreach (var option in command.Options.Except(verb.OnHostAlone))
        {
            text.Append($"- `{option.Name}`: {option.Description}\n");
        }

        foreach (var example in verb.Examples.Where(example => !verb.OnHostAlone.Any(option => example.Split(' ').Contains(option.Name))))
        {
            text.Append($"Example: `/dr {example}`\n");
        }

        return text.ToString().TrimEnd();
    }

    private static string Arguments(Command command) => string.Concat(command.Arguments.Select(argument => " " + argument.Name));

    private static string CodeOf(string text) => Mistakes.Brief(text).Replace('`', '\'').ReplaceLineEndings(" ");
}
