using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MmDrBot.Engine.Keeping;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Verification;

namespace MmDrBot.Engine.Tests.Keeping;

/// <summary>Restore points that exist on paper alone.</summary>
internal static class Points
{
    internal static readonly string[] All = ["config", "files"];

    internal static RestorePoint At(string time, string? label = null, RestorePointState state = RestorePointState.Complete, string[]? components = null) =>
        At(Time(time), label, state, components);

    internal static RestorePoint At(DateTimeOffset time, string? label = null, RestorePointState state = RestorePointState.Complete, string[]? components = null) => new()
    {
        Id = BlobId.From(SHA256.HashData(Encoding.UTF8.GetBytes($"{time:O} {label} {state} {string.Join(' ', components ?? All)}"))),
        Repository = "00112233445566778899aabbccddeeff",
        CreatedAt = time,
        FinishedAt = time.AddMinutes(1),
        Label = label,
        Host = "chat",
        Program = "mmdr test",
        State = state,
        Config = (components ?? All).Contains("config") ? new ConfigComponent("directory", "/etc", 1, 1, null) : null,
        Files = (components ?? All).Contains("files") ? new FilesComponent("local", "/srv", "copy", 1, 1, null, [], 0, []) : null,
    };

    internal static DatabaseComponent Database(params (string Table, long Rows)[] tables) => new()
    {
        SnapshotAt = default,
        ServerVersion = "15",
        Name = "mattermost",
        Owner = "mmuser",
        Encoding = "UTF8",
        Collate = "C",
        Ctype = "C",
        PreData = StreamRef.Empty,
        PostData = StreamRef.Empty,
        Tables = [.. tables.Select(table => new TableData("public", table.Table, [], null, table.Rows, StreamRef.Empty))],
    };

    internal static DateTimeOffset Time(string time) => DateTimeOffset.Parse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    internal static VerificationRecord Verified(RestorePoint point, VerificationLevel level, bool good = true, DateTimeOffset? at = null) => new()
    {
        RestorePoint = point.Id,
        Level = level,
        StartedAt = at ?? point.FinishedAt,
        FinishedAt = at ?? point.FinishedAt,
        Good = good,
        Host = "chat",
        Program = "mmdr test",
    };

    internal static Pin Pinned(RestorePoint point, PinKind kind = PinKind.Pin) => new(point.Id, point.Id, kind, point.FinishedAt, "alice", "audit 2026");
}
