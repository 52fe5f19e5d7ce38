using System.Diagnostics;
using System.Globalization;
using MmDrBot.Access;
using MmDrBot.Engine.ObjectStores.S3;
using MmDrBot.Engine.Restore;
using MmDrBot.Engine.Sources.Postgres;

namespace MmDrBot.Features.Restores;

/// <summary>Makes the engine's request out of what was typed.</summary>
internal static class RestoreRequests
{
    internal static RestoreRequest ToEngine(this StartRestoreRequest request, RestoreAddresses? addresses, S3Address? bucket) => new()
    {
        Database = addresses?.Database is { } database ? PostgresAddress.Parse(database) : null,
        CreateDatabase = request.Create,
        FilesDirectory = bucket is null ? request.Files : null,
        FilesBucket = bucket,
        ConfigDirectory = request.Config,
        ConfigDatabase = addresses?.Config is { } config ? PostgresAddress.Parse(config) : null,
        Overwrite = request.Overwrite,
        SearchLater = request.SearchLater,
        Paths = request.Paths,
        Owner = request.Owner is null ? null : Owner(request.Owner),
    };

    private static (uint User, uint Group) Owner(string text)
    {
        var parts = text.Split(':');
        return parts.Length == 2
            ? (Number("passwd", parts[0]), Number("group", parts[1]))
            : throw new Refusal(RefusalReason.Invalid, $"--owner {text} is not of the form user:group.", "For instance --owner mattermost:mattermost, or numbers: --owner 2000:2000.");
    }

    private static uint Number(string database, string name)
    {
        if (uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        using var process = Process.Start(new ProcessStartInfo("getent", [database, name]) { RedirectStandardOutput = true })!;
        var fields = process.StandardOutput.ReadToEnd().Trim().Split(':');
        process.WaitForExit();
        return process.ExitCode == 0 && fields.Length > 2
            ? uint.Parse(fields[2], CultureInfo.InvariantCulture)
            : throw new Refusal(RefusalReason.Invalid, $"There is no {(database == "passwd" ? "user" : "group")} {name} on this machine.", "Create it, or give numbers.");
    }
}
