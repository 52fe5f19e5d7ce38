using MmDrBot.Access;
using MmDrBot.Engine.Sources.Postgres;
using MmDrBot.Engine.Verification.Drilling;
using MmDrBot.Engine.Verification.Drilling.Boot;
using MmDrBot.Protection;
using MmDrBot.Settings;

namespace MmDrBot.Features.Verification;

/// <summary>Where drills work on this machine, by the settings.</summary>
internal sealed class DrillPlaces(AppSettings settings)
{
    private readonly DrillOptions _options = settings.Drills;

    internal string Directory => _options.Directory;

    /// <summary>The server that the settings name; null: a throwaway one is started.</summary>
    /// <exception cref="Refusal">Invalid: the address.</exception>
    internal PostgresAddress? Server
    {
        get
        {
            try
            {
                return _options.DatabaseUrl is { Length: > 0 } url ? PostgresAddress.Parse(url) : null;
            }
            catch (Exception failure) when (EngineRefusals.From(failure) is { } refusal)
            {
                throw new Refusal(RefusalReason.Invalid, $"MMDR_Drills__DatabaseUrl: {refusal.Message}", refusal.Hint, failure);
            }
        }
    }

    /// <summary>What starts Mattermost; null where nothing was found.</summary>
    internal string? MattermostCommand =>
        _options.MattermostCommand is { Length: > 0 } given ? given
        : settings.Mattermost.Directory is { Length: > 0 } directory && Path.Combine(directory, "bin", "mattermost") is var own && File.Exists(own) ? $"'{own.Replace("'", "'\\''", StringComparison.Ordinal)}'"
        : null;

    /// <exception cref="Refusal">Unavailable: Mattermost is to be started, and is not here.</exception>
    internal DrillRequest Request(bool boot) => new()
    {
        Server = Server,
        Directory = _options.Directory,
        Boot = boot ? new BootRequest { Command = RequireMattermost(), Timeout = _options.BootTimeout, LogDirectory = Path.Combine(settings.StateDirectory ?? StatePath.Directory, "drills") } : null,
    };

    internal string RequireMattermost() => MattermostCommand ?? throw new Refusal(
        RefusalReason.Unavailable,
        $"No Mattermost was found on this machine ({(settings.Mattermost.Directory is { Length: > 0 } directory ? Path.Combine(directory, "bin", "mattermost") : "MMDR_Mattermost__Directory is not set")}), so it can't be started on what is restored.",
        "Set MMDR_Drills__MattermostCommand to a command that starts it; or say --level drill, which proves all but that.");
}
