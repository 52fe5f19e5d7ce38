namespace MmDrBot.Mattermost;

/// <summary>The fields of a slash command's form by name.</summary>
internal sealed class SlashForm(IEnumerable<KeyValuePair<string, string>> form)
{
    private readonly ILookup<string, string> _fields = form.ToLookup(field => field.Key, field => field.Value, StringComparer.Ordinal);

    public string Required(string name) =>
        Optional(name) is { Length: > 0 } value ? value : throw new FormatException($"the command has no field \"{name}\"");

    public string Optional(string name) => _fields[name].Take(2).ToArray() switch
    {
        [] => "",
        [var value] => value,
        _ => throw new FormatException($"the command repeats the field \"{name}\""),
    };

    public IReadOnlyList<SlashMention> Mentions(string name)
    {
        var names = _fields[name].ToArray();
        var ids = _fields[name + "_ids"].ToArray();

        return names.Length == ids.Length
            ? [.. names.Zip(ids, (first, second) => new SlashMention(first, second))]
            : throw new FormatException($"the fields \"{name}\" and \"{name}_ids\" do not pair up");
    }
}
