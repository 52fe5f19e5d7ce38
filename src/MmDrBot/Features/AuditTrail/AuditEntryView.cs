using MmDrBot.Access;
using MmDrBot.Audit;

namespace MmDrBot.Features.AuditTrail;

/// <summary>An audit entry as the doors show it.</summary>
internal sealed record AuditEntryView(long Seq, DateTimeOffset At, string Actor, string Door, string Action, string Target, string Outcome, string? Detail, string? Reference, string Hash)
{
    internal static AuditEntryView Of(AuditRecord record) => new(
        record.Seq, record.Entry.At, record.Entry.Actor, EnumText.Of(record.Entry.Door), record.Entry.Action, record.Entry.Target ?? "", EnumText.Of(record.Entry.Outcome), record.Entry.DetailJson, record.Entry.Reference, record.Hash);
}
