using System.CommandLine;
using System.Text;
using MmDrBot.Verbs;

namespace MmDrBot.Commands;

/// <summary>`/dr help`, from the same definitions as the command line's.</summary>
internal static class ChatHelp
{
    internal static string Of(VerbTree tree, string? word)
    {
        var verbs = tree.Verbs.OrderBy(item => item.Value.Path, StringComparer.Ordinal).ToArray();
        var wanted = verbs.FirstOrDefault(item => item.Value.Path == word);
        return wanted.Value is null ? All(verbs) : One(wanted.Key, wanted.Value);
    }

    private static string All(IEnumerable<KeyValuePair<Command, Verb>> verbs)
    {
        var text = new StringBuilder("**/dr**: backups of this Mattermost server.\n\n| Command | What it does |\n| --- | --- |\n");
        foreach (var (command, verb) in verbs)
        {
            text.Append($"| `/dr {verb.Path}{Arguments(command)}` | {verb.Description} |\n");
        }

        return text.Append("| `/dr help COMMAND` | Shows a command's options and examples. |\n\nRestoring is done on the host: `mmdr restore --help`.").ToString();
    }

    private static string One(Command command, Verb verb)
    {
        var text = new StringBuilder($"`/dr {verb.Path}{Arguments(command)}`: {verb.Description}\n");
        foreach (var argument in command.Arguments)
        {
            text.Append($"- `{argument.Name}`: {argument.Description}\n");
        }

        foreach (var option in command.Options)
        {
            text.Append($"- `{option.Name}`: {option.Description}\n");
        }

        foreach (var example in verb.Examples)
        {
            text.Append($"Example: `/dr {example}`\n");
        }

        return text.ToString().TrimEnd();
    }

    private static string Arguments(Command command) => string.Concat(command.Arguments.Select(argument => " " + argument.Name));
}
