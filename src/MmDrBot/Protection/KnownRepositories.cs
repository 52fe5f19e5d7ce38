using MmDrBot.Access;
using MmDrBot.Settings;

namespace MmDrBot.Protection;

/// <summary>All configured repositories: the first one, `main`, and its copies.</summary>
internal sealed class KnownRepositories(AppSettings settings, RepositoryProvider main, TimeProvider time)
{
    internal const string Main = CopyFaults.Main;

    private readonly Dictionary<string, RepositoryProvider> _copies = settings.Repositories.ToDictionary(copy => copy.Key, copy => new RepositoryProvider(settings, time, copy.Key, copy.Value), StringComparer.Ordinal);

    /// <summary>The copies with their settings, by name.</summary>
    internal IReadOnlyDictionary<string, CopyOptions> Copies => settings.Repositories;

    /// <summary>`main`, then the copies.</summary>
    internal IReadOnlyList<RepositoryProvider> All => [main, .. _copies.Values.OrderBy(copy => copy.Name, StringComparer.Ordinal)];

    /// <summary>Null and `main` name the first one.</summary>
    /// <exception cref="Refusal">NotFound: the settings know no such copy.</exception>
    internal RepositoryProvider Get(string? name) =>
        name is null or Main ? main
        : _copies.TryGetValue(name, out var copy) ? copy
        : throw NotKnown(name);

    internal bool IsCopy(string? name) => name is not (null or Main);

    /// <summary>What a copy is set to.</summary>
    /// <exception cref="Refusal">NotFound, or Invalid: it is the first one.</exception>
    internal CopyOptions OptionsOf(string name) =>
        name == Main ? throw new Refusal(RefusalReason.Invalid, "main is the repository that backups go to, and no copy.", "Name a copy; `repositories` lists them.")
        : settings.Repositories.TryGetValue(name, out var options) ? options
        : throw NotKnown(name);

    /// <summary>The copy that is meant: the one named, or the only one.</summary>
    /// <exception cref="Refusal">Invalid: there is none or there are several; NotFound.</exception>
    internal string Choose(string? name) => name is { Length: > 0 } ? Get(name).Name : settings.Repositories.Keys.ToArray() switch
    {
        [var only] => only,
        [] => throw new Refusal(RefusalReason.Invalid, "There is no copy to replicate to.", "Set MMDR_Repositories__NAME__Url to a second place, such as s3://bucket/prefix (docs/off-site.md)."),
        var several => throw new Refusal(RefusalReason.Invalid, $"There are several copies: {string.Join(", ", several)}.", "Say which one."),
    };

    private Refusal NotKnown(string name) =>
        new(RefusalReason.NotFound, name.Length == 0 ? "The name of the repository is missing." : $"There is no repository {Shown(name)}.", $"The settings know {string.Join(", ", All.Select(one => one.Name))}; a further copy is set as MMDR_Repositories__NAME__Url (docs/off-site.md).");

    private static string Shown(string name) => name.Length <= 40 && !name.Any(char.IsControl) ? name : "of that name";
}
