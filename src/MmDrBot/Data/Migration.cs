using System.Globalization;

namespace MmDrBot.Data;

/// <summary>One numbered script, embedded from Data/Migrations. A released one is never changed.</summary>
internal sealed record Migration(long Version, string Name, string Sql)
{
    private const string Folder = "migrations/";

    /// <summary>All that this version knows, in order.</summary>
    public static IReadOnlyList<Migration> All { get; } =
    [
        .. typeof(Migration).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .Select(Load)
            .OrderBy(migration => migration.Version),
    ];

    private static Migration Load(string resource)
    {
        var name = Path.GetFileNameWithoutExtension(resource[Folder.Length..]);
        using var reader = new StreamReader(typeof(Migration).Assembly.GetManifestResourceStream(resource)!);

        return new(long.Parse(name.Split('_')[0], CultureInfo.InvariantCulture), name, reader.ReadToEnd());
    }
}
