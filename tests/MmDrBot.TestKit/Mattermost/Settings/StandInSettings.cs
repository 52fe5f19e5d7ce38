using System.Text.Json;
using System.Text.Json.Nodes;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>The server's settings, of which only the sections that this product cares for exist. A change replaces the whole.</summary>
internal sealed class StandInSettings
{
    private readonly Lock _gate = new();
    private readonly JsonObject _environment = [];
    private volatile JsonObject _current = Default();

    /// <summary>A section to read.</summary>
    public JsonNode this[string section] => _current[section] ?? new JsonObject();

    /// <summary>Null where nothing is overridden, as 5.37 writes it.</summary>
    public JsonNode? Environment
    {
        get
        {
            lock (_gate)
                return _environment.Count == 0 ? null : _environment.DeepClone();
        }
    }

    /// <summary>Everything, secrets as asterisks.</summary>
    public JsonObject Masked() => SecretSettings.Mask((JsonObject)_current.DeepClone());

    public void Set(string section, string name, JsonNode? value)
    {
        lock (_gate)
        {
            var changed = (JsonObject)_current.DeepClone();
            Section(changed, section)[name] = value;
            _current = changed;
        }
    }

    /// <summary>Has the environment set a value: no patch changes it.</summary>
    public void Override(string section, string name, JsonNode? value)
    {
        Set(section, name, value);

        lock (_gate)
            Section(_environment, section)[name] = true;
    }

    /// <exception cref="StandInError">400: a value is of the wrong kind or not valid; nothing was changed.</exception>
    public void Patch(JsonObject patch)
    {
        lock (_gate)
        {
            var changed = (JsonObject)_current.DeepClone();

            foreach (var (section, values) in patch)
                Merge(changed, section, values as JsonObject ?? throw StandInError.BadBody("config"));

            SettingsRules.Check(changed);
            _current = changed;
        }
    }

    private void Merge(JsonObject target, string section, JsonObject values)
    {
        var old = Section(target, section);

        foreach (var (name, value) in values)
        {
            if (_environment[section]?[name] is not null || SecretSettings.IsMask(value))
                continue;

            if (value is null || (old[name] is { } before && Kind(before) != Kind(value)))
                throw StandInError.BadBody("config");

            old[name] = value.DeepClone();
        }
    }

    private static JsonObject Section(JsonObject settings, string name)
    {
        if (settings[name] is JsonObject found)
            return found;

        var made = new JsonObject();
        settings[name] = made;

        return made;
    }

    private static JsonValueKind Kind(JsonNode node) => node.GetValueKind() is var kind && kind == JsonValueKind.False ? JsonValueKind.True : kind;

    private static JsonObject Default()
    {
        using var stream = typeof(StandInSettings).Assembly.GetManifestResourceStream("standin-config.json")!;

        return (JsonObject)JsonNode.Parse(stream)!;
    }
}
