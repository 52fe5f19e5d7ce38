using MmDrBot.Access;
using MmDrBot.Engine.Repositories;
using MmDrBot.Protection;

namespace MmDrBot.Features.RestorePoints;

/// <summary>A restore point as the doors show it.</summary>
internal sealed record RestorePointView
{
    private const string Unreadable = "damaged";

    /// <summary>64 hex digits.</summary>
    public required string Id { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>complete, partial, or damaged when its manifest can't be read.</summary>
    public required string State { get; init; }

    public IReadOnlyList<string> Components { get; init; } = [];

    /// <summary>Bytes of content.</summary>
    public long Bytes { get; init; }

    /// <summary>Bytes that were new in the repository.</summary>
    public long NewBytes { get; init; }

    public string? Label { get; init; }

    /// <summary>The copies that it is for, by their names; null: all.</summary>
    public IReadOnlyList<string>? Copies { get; init; }

    public string? Host { get; init; }

    public string? DatabaseVersion { get; init; }

    public long? SchemaVersion { get; init; }

    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Pins and legal holds: while there is one, it is not removed.</summary>
    public IReadOnlyList<PinView> Pins { get; init; } = [];

    /// <summary>taken, structure_verified, data_verified, drilled, booted or damaged, by what verifications found.</summary>
    public string? Trust { get; init; }

    /// <summary>When the last verification ended.</summary>
    public DateTimeOffset? VerifiedAt { get; init; }

    /// <summary>When the last good restore drill ended.</summary>
    public DateTimeOffset? DrilledAt { get; init; }

    /// <summary>How long the restore of that drill took.</summary>
    public double? RestoreSeconds { get; init; }

    /// <summary>When Mattermost last did not run on what was restored and was right; null: it was not tried, or ran since.</summary>
    public DateTimeOffset? BootFailedAt { get; init; }

    internal bool IsDamaged => State == Unreadable;

    internal static RestorePointView Of(RestorePoint point, PointTrust trust) => new()
    {
        Id = point.Id.ToString(),
        CreatedAt = point.CreatedAt,
        FinishedAt = point.FinishedAt,
        State = EnumText.Of(point.State),
        Components = point.Components,
        Bytes = point.Bytes,
        NewBytes = point.NewBytes,
        Label = point.Label,
        Copies = point.Copies,
        Host = point.Host,
        DatabaseVersion = point.Database?.ServerVersion,
        SchemaVersion = point.Database?.SchemaVersion,
        Warnings = point.Warnings,
        Trust = EnumText.Of(trust.Trust),
        VerifiedAt = trust.VerifiedAt,
        DrilledAt = trust.DrilledAt,
        RestoreSeconds = trust.RestoreSeconds,
        BootFailedAt = trust.BootFailedAt,
    };

    internal static RestorePointView Damaged(string id, string reason) => new() { Id = id, State = Unreadable, Trust = Unreadable, Warnings = [reason] };
}
