using MmDrBot.Access;
using MmDrBot.Interactions;

namespace MmDrBot.Commands;

/// <summary>Makes words of a verb out of what a form holds, and puts what the use case finds wrong at the form's fields.</summary>
internal static class FormWords
{
    private static readonly char[] Between = [' ', ',', ';', '\t', '\r', '\n'];

    /// <summary>Options first, so that nothing that stands in a field can be taken for one.</summary>
    internal static IReadOnlyList<string> Of(IReadOnlyList<string> path, Form form, IReadOnlyDictionary<string, string> fields)
    {
        var filled = form.Fields.Where(field => fields.ContainsKey(field.Name)).ToLookup(IsOption);
        return
        [
            .. path,
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

    private static bool IsOption(FormField field) => field.Name.StartsWith("--", StringComparison.Ordinal);

    private static IEnumerable<string> Option(FormField field, string value) =>
        field.Kind is FormFieldKind.Yes ? value == "true" ? [field.Name] : [] : value.Length > 0 ? [$"{field.Name}={value}"] : [];

    private static string[] Values(FormField field, string value) =>
        field.Kind is FormFieldKind.Lines ? value.Split(Between, StringSplitOptions.RemoveEmptyEntries) : [value.Trim()];
}
