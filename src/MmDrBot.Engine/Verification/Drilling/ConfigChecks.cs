using MmDrBot.Engine.Sources.Config;
using MmDrBot.Engine.Sources.Postgres;

namespace MmDrBot.Engine.Verification.Drilling;

/// <summary>Reads the restored configuration, and looks for the certificates and keys that it names.</summary>
internal sealed class ConfigChecks(DrillWork work)
{
    private const string Name = "configuration";
    private const string Certificates = "certificates";

    /// <summary>The configuration's JSON; null where there is none, or none that reads.</summary>
    internal byte[]? Json { get; private set; }

    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        if (work.Point.Config is not { } component)
        {
            work.Findings.NotProven(Name, "The restore point holds no configuration.");
            return;
        }

        await work.Findings.LookAsync(Name, async () =>
        {
            var (json, origin) = component.Origin == "directory" ? FromFiles() : await FromTableAsync(cancellationToken);
            if (json is null)
            {
                work.Findings.NotProven(Name, origin);
            }
            else if (MattermostConfig.TryParse(json) is { } config)
            {
                Json = json;
                work.Findings.Passed(Name, $"{origin} is a whole configuration.");
                await CertificatesAsync(config, component.Origin == "directory", component.Path, cancellationToken);
            }
            else
            {
                work.Findings.Failed(Name, $"{origin} is no whole configuration of Mattermost.");
            }
        });
    }

    /// <summary>config.json, unless Mattermost was told another name: then the first file there that reads as one.</summary>
    private (byte[]? Json, string Origin) FromFiles()
    {
        var usual = Path.Combine(work.Scratch.Config, "config.json");
        if (File.Exists(usual))
        {
            return (File.ReadAllBytes(usual), "config.json");
        }

        foreach (var file in Directory.GetFiles(work.Scratch.Config, "*.json").Order(StringComparer.Ordinal))
        {
            if (File.ReadAllBytes(file) is var content && MattermostConfig.TryParse(content) is not null)
            {
                return (content, Path.GetFileName(file));
            }
        }

        return ([], "No file of the configuration's directory");
    }

    private async Task<(byte[]? Json, string Origin)> FromTableAsync(CancellationToken cancellationToken) =>
        (work.ConfigDatabase ?? work.Database) is { } address
            ? (await ConfigTable.ReadActiveAsync(address, cancellationToken), "The active row of configurations")
            : (null, "The configuration is in the database, which the restore point does not hold.");

    private async Task CertificatesAsync(MattermostConfig config, bool isDirectory, string home, CancellationToken cancellationToken)
    {
        var named = config.NamedFiles.Distinct(StringComparer.Ordinal).ToArray();
        if (named.Length == 0)
        {
            work.Findings.Passed(Certificates, "The configuration names none.");
            return;
        }

        var stored = isDirectory ? null : await StoredAsync(cancellationToken);
        bool IsThere(string name) => stored is not null ? stored.Contains(Path.GetFileName(name)) : File.Exists(PlaceOf(name, home));
        var missing = named.Where(name => !IsThere(name)).ToArray();
        var (known, unknown) = (missing.Where(IsTold).ToArray(), missing.Where(name => !IsTold(name)).ToArray());
        if (unknown.Length > 0)
        {
            work.Findings.Failed(Certificates, $"The configuration names {string.Join(", ", unknown)}, which the restore point does not bring back.");
        }
        else if (known.Length > 0)
        {
            work.Findings.NotProven(Certificates, $"The configuration names {string.Join(", ", known)}, which the server had not either when it was backed up.");
        }
        else
        {
            work.Findings.Passed(Certificates, $"All {named.Length} that the configuration names are there.");
        }
    }

    /// <summary>The backup said that the server lacks it.</summary>
    private bool IsTold(string name) => work.Point.Warnings.Any(warning => warning.Contains(name, StringComparison.Ordinal));

    /// <summary>Where a restore puts it: beside config.json, or below `outside-files` what lay elsewhere.</summary>
    private string PlaceOf(string name, string home)
    {
        var full = Path.GetFullPath(Path.Combine(home, name));
        var inside = Path.GetRelativePath(home, full);
        return inside.StartsWith("..", StringComparison.Ordinal) ? Path.Combine(work.Scratch.Config, "outside-files", full.TrimStart('/')) : Path.Combine(work.Scratch.Config, inside);
    }

    private async Task<HashSet<string>> StoredAsync(CancellationToken cancellationToken)
    {
        await using var connection = await PostgresConnection.OpenAsync((work.ConfigDatabase ?? work.Database)!, cancellationToken);
        var schema = await ConfigTable.SchemaAsync(connection, cancellationToken);
        var names = schema is null ? [] : await connection.QueryAsync($"SELECT name FROM {Sql.Name(schema, "configurationfiles")}", row => row.GetString(0), cancellationToken);
        return [.. names];
    }
}
