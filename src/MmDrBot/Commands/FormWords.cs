using System.CommandLine;
using System.CommandLine.Parsing;
using MmDrBot.Access;
using MmDrBot.Interactions;
using MmDrBot.Verbs;

namespace MmDrBot.Commands;

/// <summary>Makes words of a verb out of what a form holds, and puts what the use case finds wrong at the form's fields.</summary>
internal static class FormWords
{
    private static readonly char[] Between = [' ', ',', ';', '\t', '\r', '\n'];

    /// <summary>
    /// Puts what was typed into the form; the options that it has no place for stand beside it, and in its introduction. So nothing that was
    /// typed is lost because a form came up.
    /// </summary>
    internal static (Form Form, IReadOnlyList<string> Beside) Fill(Form form, ParseResult parsed)
    {
        var options = parsed.CommandResult.Children.OfType<OptionResult>().Where(option => !option.Implicit && option.Option.Name != Form.Ask)
            .Select(option => (option.Option.Name, Values: option.Tokens.Count > 0 ? ValuesOf(option) : ["true"])).ToArray();
        var arguments = parsed.CommandResult.Children.OfType<ArgumentResult>().Select(argument => (argument.Argument.Name, Values: ValuesOf(argument)));
        var filled = form.With([.. options.Concat(arguments).Where(typed => typed.Values.Length == 1).Select(typed => (typed.Name, typed.Values[0]))]);
        var beside = options.Where(typed => !filled.Fields.Any(field => field.Name == typed.Name && typed.Values is [var value] && field.Taken(value) is { } taken && taken == field.Initial))
            .SelectMany(typed => typed.Values.Select(value => $"{typed.Name}={value}")).ToArray();
        return (beside.Length == 0 ? filled : filled with { Introduction = $"{form.Introduction} As you typed it: {string.Join(", ", beside.Select(Words.Code))}.".TrimStart() }, beside);
    }

    /// <summary>Options first, so that nothing that stands in a field can be taken for one. What is filled in goes before what was typed beside the form.</summary>
    /// <param name="opened">The verb's path, and the options that were typed and have no field.</param>
    /// <param name="form">As the verb has it.</param>
    /// <param name="fields">What was submitted.</param>
    internal static IReadOnlyList<string> Of(IReadOnlyList<string> opened, Form form, IReadOnlyDictionary<string, string> fields)
    {
        var filled = form.Fields.Where(field => fields.ContainsKey(field.Name)).ToLookup(IsOption);
        return
        [
            .. opened.Where(word => filled[true].All(field => !word.StartsWith($"{field.Name}=", StringComparison.Ordinal))),
            .. filled[true].SelectMany(field => Option(field, fields[field.Name].Trim())),
            "--",
            .. filled[false].SelectMany(field => Values(field, fields[field.Name])),
        ];
    }

    /// <summary>Only of faults that belong to fields, so that none is lost.</summary>
    internal static IReadOnlyDictionary<string, string> FaultsOf(Form form, Refusal refusal)
    {
        var placed = refusal.Faults.Select(fault => (form.Fields.FirstOrDefault(field => field.Property == fault.Property)?.Name, fault.Message)).ToArray();
        return placed.Any(fault => fault.Name is null)
            ? new Dictionary<string, string>()
            : placed.GroupBy(fault => fault.Name!).ToDictionary(group => group.Key, group => string.Join(" ", group.Select(fault => fault.Message).Distinct()));
    }

    private static string[] ValuesOf(SymbolResult result) => [.. result.Tokens.Select(token => token.Value)];

    private static bool IsOption(FormField field) => field.Name.StartsWith("--", StringComparison.Ordinal);

    private static IEnumerable<string> Option(FormField field, string value) =>
        field.Kind is FormFieldKind.Yes ? value == "true" ? [field.Name] : [] : value.Length > 0 ? [$"{field.Name}={value}"] : [];

    private static string[] Values(FormField field, string value) =>
        field.Kind is FormFieldKind.Lines ? value.Split(Between, StringSplitOptions.RemoveEmptyEntries) : [value.Trim()];
}
