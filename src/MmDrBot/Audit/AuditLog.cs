using System.Text;
using MmDrBot.Access;
using MmDrBot.Data;

namespace MmDrBot.Audit;

/// <summary>
/// Append-only, each entry chained to the one before by its hash. The chain shows that an entry was changed, removed or
/// cut off; whoever can write the database could still recompute all of it.
/// </summary>
internal sealed class AuditLog(StateDatabase database)
{
    private const int VerifyPage = 1000;

    /// <summary>
    /// Appends in the caller's transaction, so that a change and its record stand or fall together. Writers queue up
    /// here until the transaction ends: append last.
    /// </summary>
    public Task AppendAsync(StateTransaction transaction, AuditEntry entry, CancellationToken cancellationToken) =>
        AppendAsync(transaction, [entry], cancellationToken);

    /// <summary>As the other, for many: the head is taken once, and others wait for less.</summary>
    public async Task AppendAsync(StateTransaction transaction, IReadOnlyCollection<AuditEntry> entries, CancellationToken cancellationToken)
    {
        if (entries.Count == 0)
            return;

        var head = await HeadAsync(transaction, transaction.ForUpdate, cancellationToken);
        var records = new List<AuditRecord>(entries.Count);

        foreach (var entry in entries.Select(Clean))
        {
            var next = new Head(head.Seq + 1, AuditHash.Of(head.Seq + 1, entry, head.Hash));
            records.Add(new(next.Seq, entry, head.Hash, next.Hash));
            head = next;
        }

        await InsertAsync(transaction, records, cancellationToken);
        await transaction.ExecuteAsync("update audit_head set seq = @Seq, hash = @Hash where id = 1", head, cancellationToken);
    }

    /// <summary>Newest first; <paramref name="before"/> is the seq of the last entry already seen.</summary>
    public async Task<IReadOnlyList<AuditRecord>> ListAsync(long? before, int limit, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(
            (transaction, token) => transaction.QueryAsync<AuditRow>(
                "select * from audit_entries where seq < @before order by seq desc limit @limit",
                new { before = before ?? long.MaxValue, limit },
                token),
            cancellationToken);

        return [.. rows.Select(row => row.ToRecord())];
    }

    /// <summary>Oldest first.</summary>
    public async Task<IReadOnlyList<AuditRecord>> ListSinceAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(
            (transaction, token) => transaction.QueryAsync<AuditRow>("select * from audit_entries where at >= @at order by seq", new { at = since.ToUnixTimeMilliseconds() }, token),
            cancellationToken);

        return [.. rows.Select(row => row.ToRecord())];
    }

    /// <summary>Where the chain ends, and the hash it began with, which tells it from every other chain; null while it is empty.</summary>
    public Task<AuditHead?> HeadAsync(CancellationToken cancellationToken) => database.ReadAsync(
        async (transaction, token) =>
        {
            var head = await HeadAsync(transaction, rowLock: "", token);
            var first = await HashAsync(transaction, 1, token);

            return head.Seq == 0 || first is null ? null : new AuditHead(first, head.Seq, head.Hash);
        },
        cancellationToken);

    /// <summary>The hash of an entry, or null when there is none.</summary>
    public Task<string?> HashAsync(long seq, CancellationToken cancellationToken) =>
        database.ReadAsync((transaction, token) => HashAsync(transaction, seq, token), cancellationToken);

    /// <summary>The seq of the first entry that is missing or is not what was appended; null when the chain is whole.</summary>
    public Task<long?> VerifyAsync(CancellationToken cancellationToken) => database.ReadAsync(VerifyAsync, cancellationToken);

    private static async Task<long?> VerifyAsync(StateTransaction transaction, CancellationToken cancellationToken)
    {
        var head = await HeadAsync(transaction, rowLock: "", cancellationToken);
        var seq = 0L;
        var hash = new string('0', 64);

        while (true)
        {
            var page = await transaction.QueryAsync<AuditRow>(
                "select * from audit_entries where seq > @seq order by seq limit @VerifyPage", new { seq, VerifyPage }, cancellationToken);

            foreach (var row in page)
            {
                if (!Follows(row, ++seq, hash))
                    return seq;

                hash = row.Hash;
            }

            if (page.Count < VerifyPage)
                return head == new Head(seq, hash) ? null : FirstMissing(head.Seq, seq);
        }
    }

    /// <summary>Where head and entries part, when the entries themselves are a whole chain.</summary>
    private static long FirstMissing(long headSeq, long lastSeq) =>
        headSeq == lastSeq ? Math.Max(1, lastSeq) : Math.Min(headSeq, lastSeq) + 1;

    private static bool Follows(AuditRow row, long seq, string previousHash)
    {
        try
        {
            return row.Seq == seq && row.PreviousHash == previousHash && row.Hash == AuditHash.Of(seq, row.ToRecord().Entry, previousHash);
        }
        catch (ArgumentException)
        {
            return false; // a door, an outcome or a time that nobody wrote
        }
    }

    private static Task<string?> HashAsync(StateTransaction transaction, long seq, CancellationToken cancellationToken) =>
        transaction.FirstOrDefaultAsync<string>("select hash from audit_entries where seq = @seq", new { seq }, cancellationToken);

    private static async Task<Head> HeadAsync(StateTransaction transaction, string rowLock, CancellationToken cancellationToken)
    {
        var row = await transaction.FirstOrDefaultAsync<AuditRow>(
            $"select seq, hash from audit_head where id = 1 {rowLock}", values: null, cancellationToken);

        return row is null
            ? throw new Refusal(RefusalReason.Damaged, "The audit log has lost its head.", "Restore the state database, or start a new one.")
            : new(row.Seq, row.Hash);
    }

    private static Task InsertAsync(StateTransaction transaction, IReadOnlyCollection<AuditRecord> records, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(
            """
            insert into audit_entries (seq, at, actor, door, action, target, outcome, detail, reference, previous_hash, hash)
            values (@Seq, @At, @Actor, @Door, @Action, @Target, @Outcome, @DetailJson, @Reference, @PreviousHash, @Hash)
            """,
            records.Select(record => new
            {
                record.Seq,
                At = record.Entry.At.ToUnixTimeMilliseconds(),
                record.Entry.Actor,
                Door = EnumText.Of(record.Entry.Door),
                record.Entry.Action,
                record.Entry.Target,
                Outcome = EnumText.Of(record.Entry.Outcome),
                record.Entry.DetailJson,
                record.Entry.Reference,
                record.PreviousHash,
                record.Hash,
            }),
            cancellationToken);

    private static AuditEntry Clean(AuditEntry entry) => entry with
    {
        Actor = Clean(entry.Actor)!,
        Action = Clean(entry.Action)!,
        Target = Clean(entry.Target),
        DetailJson = Clean(entry.DetailJson),
        Reference = Clean(entry.Reference),
    };

    /// <summary>PostgreSQL takes neither NUL nor half a surrogate pair; a record must not fail for what a user typed.</summary>
    private static string? Clean(string? text) =>
        text is null ? null : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\0', '\uFFFD');

    private sealed record Head(long Seq, string Hash);
}
