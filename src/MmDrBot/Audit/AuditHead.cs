namespace MmDrBot.Audit;

/// <summary>Where the chain ends. Hashes are lower-case hexadecimal SHA-256.</summary>
/// <param name="Chain">The hash of the first entry.</param>
/// <param name="Seq">The number of the last one.</param>
/// <param name="Hash">The hash of the last one.</param>
internal sealed record AuditHead(string Chain, long Seq, string Hash);
