using MmDrBot.Access;

namespace MmDrBot.Audit;

/// <summary>A row of audit_entries as the database holds it.</summary>
internal sealed class AuditRow
{
    public long Seq { get; init; }

    public long At { get; init; }

    public string Actor { get; init; } = "";

    public string Door { get; init; } = "";

    public string Action { get; init; } = "";

    public string? Target { get; init; }

    public string Outcome { get; init; } = "";

    public string? Detail { get; init; }

    public string? Reference { get; init; }

    public string PreviousHash { get; init; } = "";

    public string Hash { get; init; } = "";

    public AuditRecord ToRecord()
    {
        var entry = new AuditEntry(
            DateTimeOffset.FromUnixTimeMilliseconds(At), Actor, EnumText.Parse<Door>(Door), Action, Target, EnumText.Parse<AuditOutcome>(Outcome))
        {
            DetailJson = Detail,
            Reference = Reference,
        };

        return new(Seq, entry, PreviousHash, Hash);
    }
}
