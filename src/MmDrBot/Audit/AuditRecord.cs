namespace MmDrBot.Audit;

/// <summary>An entry in its place in the chain. Hashes are lower-case hexadecimal SHA-256.</summary>
internal sealed record AuditRecord(long Seq, AuditEntry Entry, string PreviousHash, string Hash);
