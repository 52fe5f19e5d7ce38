using System.CommandLine;
using System.Text;
using MmDrBot.Settings;
using MmDrBot.Verbs;

namespace MmDrBot.Cli;

/// <summary>A page of help in the order of a manual page: synopsis, description, arguments, options, examples, exit codes, environment.</summary>
internal static class HelpText
{
    private const int Width = 100;
    private const int Gap = 2;

    private static readonly (string Name, string Meaning)[] Environment =
    [
        ("MMDR_SETTINGS", "a file of settings, read after /etc/mmdr/appsettings.json"),
        ("MMDR_SECTION__NAME", "one setting, such as MMDR_Repository__Url; `mmdr config init` writes a file that explains them all"),
        ("NO_COLOR", "no colours and no bold letters"),
    ];

    internal static string Of(Command command, VerbTree tree)
    {
        var page = new StringBuilder();
        var verb = tree.Verbs.GetValueOrDefault(command);
        var path = PathOf(command);
        page.AppendLine($"{path}: {command.Description}").AppendLine();
        Section(page, "Usage", Usage(command, path, verb is not null).Select(line => (line, "")));
        foreach (var paragraph in verb?.Details?.Split("\n\n") ?? [])
        {
            page.AppendLine(Wrapped(paragraph, 0)).AppendLine();
        }

        Section(page, "Commands", Commands(command, path));
        Section(page, "Arguments", command.Arguments.Select(argument => (argument.Name, argument.Description ?? "")));
        Section(page, "Options", OptionsOf(command).Select(option => (Synopsis(option), DescriptionOf(option) + Default(option))));
        Section(page, "Examples", (verb?.Examples ?? []).Select(example => ($"mmdr {example}", "")));
        Section(page, "Exit codes", verb is null ? [] : ExitCodes.Meanings.Select(item => (item.Code.ToString(System.Globalization.CultureInfo.InvariantCulture), item.Meaning)));
        Section(page, "Environment", verb is null or { StandsAlone: true } ? [] : Environment);
        return page.AppendLine(verb is null ? $"`{path} COMMAND --help` explains one of them." : $"The JSON of --json is in docs/cli.md. {ProgramVersion.Name}").ToString();
    }

    /// <summary>The command's own, then those of every command.</summary>
    internal static IEnumerable<Option> OptionsOf(Command command) =>
        command.Options.Where(option => !option.Recursive)
            .Concat(Ancestors(command).SelectMany(one => one.Options.Where(option => option.Recursive)))
            .Where(option => !option.Hidden);

    internal static bool TakesValue(Option option) => option.Arity.MaximumNumberOfValues > 0 && option.ValueType != typeof(bool);

    internal static string? DescriptionOf(Option option) => option switch
    {
        System.CommandLine.Help.HelpOption => "Show this help.",
        VersionOption => "Print the version.",
        _ => option.Description,
    };

    internal static string PathOf(Command command) => command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{PathOf(parent)} {command.Name}" : "mmdr";

    private static IEnumerable<string> Usage(Command command, string path, bool isVerb)
    {
        if (isVerb)
        {
            var arguments = string.Concat(command.Arguments.Select(argument => " " + (argument.Arity.MinimumNumberOfValues == 0 ? $"[{argument.Name}]" : argument.Name) + (argument.Arity.MaximumNumberOfValues > 1 ? "..." : "")));
            yield return $"{path}{arguments}{(command.Options.Count > 0 ? " [OPTIONS]" : "")}";
        }

        if (command.Subcommands.Count > 0)
        {
            yield return $"{path} COMMAND [ARGUMENTS] [OPTIONS]";
        }
    }

    private static IEnumerable<(string, string)> Commands(Command command, string path) =>
        command.Subcommands.Select(sub => (sub.Name, sub.Description ?? ""))
            .Concat(command is RootCommand ? [("help COMMAND", $"Explains a command, as `{path} COMMAND --help` does.")] : []);

    private static string Synopsis(Option option) =>
        !TakesValue(option) ? option.Name : $"{option.Name} {option.HelpName ?? "VALUE"}{(option.AllowMultipleArgumentsPerToken ? "..." : "")}";

    private static string Default(Option option) =>
        TakesValue(option) && option.HasDefaultValue && option.GetDefaultValue() is { } value ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $" Default: {value}.") : "";

    private static IEnumerable<Command> Ancestors(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? [command, .. Ancestors(parent)] : [command];

    private static void Section(StringBuilder page, string title, IEnumerable<(string Left, string Right)> lines)
    {
        var all = lines.ToArray();
        if (all.Length == 0)
        {
            return;
        }

        page.AppendLine($"{title}:");
        var column = Math.Min(28, all.Max(line => line.Left.Length)) + (2 * Gap);
        foreach (var (left, right) in all)
        {
            // A long name has its explanation below it.
            var start = left.Length + (2 * Gap) > column ? $"  {left}\n{new string(' ', column)}" : $"  {left}".PadRight(column);
            page.AppendLine((right.Length == 0 ? $"  {left}" : start + Wrapped(right, column)).TrimEnd());
        }

        page.AppendLine();
    }

    private static string Wrapped(string text, int indent)
    {
        var (lines, line) = (new List<string>(), "");
        foreach (var word in text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && indent + line.Length + 1 + word.Length > Width)
            {
                lines.Add(line);
                line = "";
            }

            line = line.Length == 0 ? word : $"{line} {word}";
        }

        return string.Join($"\n{new string(' ', indent)}", lines.Append(line));
    }
}
