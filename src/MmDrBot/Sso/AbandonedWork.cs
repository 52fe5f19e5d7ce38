using System.Collections.Concurrent;
using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Settings;

namespace MmDrBot.Sso;

/// <summary>
/// Finishes or undoes what an interrupted call left: an account that the database shows converted is converted, one that still has its
/// binding was never touched, one that has another is left to a person, and whoever was on the way back goes on. Run at every start and now and then. A list that was killed midway
/// may have left thousands, so each batch is one ledger object and one transaction.
/// </summary>
internal sealed class AbandonedWork(
    ConversionStore conversions, AccountDirectory accounts, ConversionLedger ledger, AccountReverter reverter, LateConversions late, PasswordSetter passwords, AccessDelivery delivery, StateDatabase state, AuditLog audit, SsoOptions options, TimeProvider time)
{
    private const int Batch = 100;
    private const string Undone = "The call was interrupted before Mattermost had changed anything.";
    private const string Elsewhere = "The call was interrupted, and by now somebody bound the account otherwise. `sso revert` says what can be done.";
    private const string Unknown = "The call was interrupted after the account was converted, so nobody knows its password. `sso deliver` issues a way in.";

    /// <returns>How many rows were looked after.</returns>
    internal async Task<int> ResumeAsync(CancellationToken cancellationToken)
    {
        var abandoned = await conversions.ListAbandonedAsync(cancellationToken);
        if (abandoned.Count == 0)
        {
            return await late.ReopenAsync(cancellationToken);
        }

        foreach (var planned in abandoned.Where(conversion => conversion.State is ConversionState.Planned).Chunk(Batch))
        {
            await ResumeAsync(planned, cancellationToken);
        }

        await reverter.RevertAsync([.. abandoned.Where(conversion => conversion.State is ConversionState.Reverting)], Actor.System, null, cancellationToken);
        return abandoned.Count + await late.ReopenAsync(cancellationToken);
    }

    private async Task ResumeAsync(IReadOnlyList<Conversion> planned, CancellationToken cancellationToken)
    {
        await using var rows = new OwnedRows(conversions, options.SettleTime, time);
        var owned = await state.InTransactionAsync((transaction, token) => OwnAsync(transaction, planned, rows.Owner, token), cancellationToken);

        // Only now, with everybody else kept away, does the database say what is true and stays so.
        var found = (await accounts.GetAllAsync([.. owned.Select(one => one.UserId)], cancellationToken)).ToDictionary(account => account.Id);
        var (converted, undone) = (new List<Conversion>(), new List<Conversion>());
        foreach (var one in owned)
        {
            var account = found.GetValueOrDefault(one.UserId);
            if (account is { UsesPassword: true })
            {
                converted.Add(one with { Problem = Unknown });
            }
            else if (account?.HoldsAtMost(one.AuthService, one.AuthData) is false)
            {
                converted.Add(one with { Problem = Elsewhere });
            }
            else
            {
                undone.Add(one);
            }
        }

        await ledger.WriteEndsAsync(Actor.System, undone.Select(one => (one, ConversionState.RolledBack, (string?)Undone)), cancellationToken);
        var moved = await state.InTransactionAsync((transaction, token) => RecordAsync(transaction, converted, undone, rows.Owner, token), cancellationToken);
        var late = await DeliverAnewAsync([.. moved.Where(one => one.Delivery is Delivery.ResetEmail && one.Problem == Unknown)], rows.Owner, cancellationToken);
        await conversions.FreeAsync([.. moved.Select(one => one.Id).Except(late)], rows.Owner, cancellationToken);
    }

    /// <returns>Those that no other replica was faster with.</returns>
    private async Task<IReadOnlyList<Conversion>> OwnAsync(StateTransaction transaction, IReadOnlyList<Conversion> planned, WorkOwner owner, CancellationToken cancellationToken)
    {
        var owned = new List<Conversion>();
        await ConversionStore.LockAsync(transaction, planned.Select(one => one.Id), cancellationToken);
        foreach (var one in planned)
        {
            if (await conversions.TryOwnAsync(transaction, one.Id, ConversionState.Planned, owner, cancellationToken))
            {
                owned.Add(one);
            }
        }

        return owned;
    }

    /// <returns>Those that are converted by this transaction.</returns>
    private async Task<IReadOnlyList<Conversion>> RecordAsync(StateTransaction transaction, IReadOnlyList<Conversion> converted, IReadOnlyList<Conversion> undone, WorkOwner owner, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var (moved, ended) = (new List<Conversion>(), new List<Conversion>());
        await ConversionStore.LockAsync(transaction, converted.Concat(undone).Select(one => one.Id), cancellationToken);
        foreach (var one in converted)
        {
            if (await conversions.MoveAsync(transaction, one.Id, ConversionState.Planned, ConversionState.Converted, one.Problem, owner, cancellationToken))
            {
                await conversions.ConvertedAsync(transaction, one.Id, now, one.ExpiresAt, cancellationToken);
                moved.Add(one);
            }
        }

        foreach (var one in undone)
        {
            if (await conversions.EndAsync(transaction, one.Id, ConversionState.Planned, ConversionState.RolledBack, Actor.System.Name, now, Undone, cancellationToken))
            {
                ended.Add(one);
            }
        }

        await audit.AppendAsync(transaction, [.. moved.Select(one => Entry(one, one.Problem == Unknown ? "converted" : "conversion_unknown", one.Problem!, now)), .. ended.Select(one => Entry(one, "conversion_rolled_back", Undone, now))], cancellationToken);
        return moved;
    }

    private static AuditEntry Entry(Conversion one, string what, string reason, DateTimeOffset at) =>
        AuditEntry.By(Actor.System, at, $"account.{what}", one.Username, AuditOutcome.Succeeded) with { DetailJson = SsoAudit.Detail(one, reason) };

    /// <summary>The password that the interrupted call had set is lost with it; a fresh one takes its place before the mail goes out.</summary>
    /// <returns>The ids of those for whom a call may still be on the way.</returns>
    private async Task<IEnumerable<string>> DeliverAnewAsync(IReadOnlyList<Conversion> moved, WorkOwner owner, CancellationToken cancellationToken)
    {
        var late = new ConcurrentBag<string>();
        var handed = new ConcurrentDictionary<Conversion, Handover>();
        await Parallel.ForEachAsync(moved, new ParallelOptions { MaxDegreeOfParallelism = options.Concurrency, CancellationToken = cancellationToken }, async (one, token) =>
        {
            if (await conversions.IsOwnedAsync(one.Id, owner, token))
            {
                var set = await passwords.SetAsync(one, token);
                if (set.MayBeLate)
                {
                    late.Add(one.Id);
                }

                handed[one] = set.IsConverted ? await delivery.DeliverAsync(one, set.Password, token) : new Handover(false, set.Problem);
            }
        });
        await delivery.RecordAsync(handed, Actor.System, cancellationToken);
        return late;
    }
}
