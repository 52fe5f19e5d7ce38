using MmDrBot.Engine.Sources.Postgres;
using MmDrBot.Engine.Verification.Drilling.Boot;

namespace MmDrBot.Engine.Verification.Drilling;

/// <summary>Where a drill may work, and how far it goes.</summary>
public sealed record DrillRequest
{
    /// <summary>The server on which the scratch database is made; null: a throwaway cluster on this machine.</summary>
    public PostgresAddress? Server { get; init; }

    /// <summary>The directory below which the scratch directory is made.</summary>
    public required string Directory { get; init; }

    /// <summary>How to start Mattermost on what was restored; null: it is not started.</summary>
    public BootRequest? Boot { get; init; }
}
