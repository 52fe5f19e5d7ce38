using MmDrBot.Mattermost;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>What kind of server to stand in for.</summary>
public sealed record StandInOptions
{
    /// <summary>Clock of timestamps, expiries and the limit on slash commands.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Begins the <c>X-Version-Id</c> header.</summary>
    public string Version { get; init; } = "5.37.0";

    /// <summary>
    /// Where accounts live: Npgsql's form of a PostgreSQL database, such as a <c>TestDatabase.ConnectionString</c>. Missing tables are made.
    /// Null for accounts in memory, which can be read only.
    /// </summary>
    public string? Database { get; init; }

    /// <summary>How long a slash command may take.</summary>
    public TimeSpan CommandTimeout { get; init; } = MattermostLimits.CommandTimeout;
}
