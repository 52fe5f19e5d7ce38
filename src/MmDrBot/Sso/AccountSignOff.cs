using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;

namespace MmDrBot.Sso;

/// <summary>Takes converted accounts out of the books as they are, each by name in the audit.</summary>
internal sealed class AccountSignOff(ConversionStore conversions, AccountDirectory accounts, ConversionLedger ledger, StateDatabase state, AuditLog audit, TimeProvider time)
{
    /// <exception cref="Refusal">Conflict: somebody works on one of them; then nothing is changed.</exception>
    internal async Task SignOffAsync(IReadOnlyList<Conversion> stragglers, string reason, Actor actor, CancellationToken cancellationToken)
    {
        if (stragglers.Count == 0)
        {
            return;
        }

        await using var rows = new OwnedRows(conversions, TimeSpan.Zero, time);
        if (await state.InTransactionAsync((transaction, token) => OwnAsync(transaction, stragglers, rows.Owner, token), cancellationToken) is { } busy)
        {
            throw new Refusal(RefusalReason.Conflict, $"@{busy.Username} is being worked on by another call; nobody was signed off.", "Try again in a moment.");
        }

        await ledger.WriteEndsAsync(actor, stragglers.Select(one => (one, ConversionState.SignedOff, (string?)reason)), CancellationToken.None);
        await state.InTransactionAsync(
            async (transaction, token) =>
            {
                await ConversionStore.LockAsync(transaction, stragglers.Select(one => one.Id), token);
                foreach (var one in stragglers)
                {
                    await conversions.EndAsync(transaction, one.Id, ConversionState.Converted, ConversionState.SignedOff, actor.Name, time.GetUtcNow(), reason, token);
                }

                await audit.AppendAsync(transaction, [.. stragglers.Select(one => AuditEntry.By(actor, time.GetUtcNow(), "account.signed_off", one.Username, AuditOutcome.Succeeded) with { DetailJson = SsoAudit.Detail(one, reason) })], token);
            },
            CancellationToken.None);
    }

    /// <summary>Accepts that an account whose conversion has ended signs in with a password: it is no drift any more.</summary>
    internal Task AcceptAsync(Conversion ended, string reason, Actor actor, CancellationToken cancellationToken) => state.InTransactionAsync(
        async (transaction, token) =>
        {
            if (!await conversions.EndAsync(transaction, ended.Id, ended.State, ConversionState.SignedOff, actor.Name, time.GetUtcNow(), reason, token))
            {
                throw new Refusal(RefusalReason.Conflict, $"@{ended.Username} was worked on by another call in this moment; nothing was changed.", "`sso reconcile` shows how things stand.");
            }

            await audit.AppendAsync(transaction, AuditEntry.By(actor, time.GetUtcNow(), "account.signed_off", ended.Username, AuditOutcome.Succeeded) with { DetailJson = SsoAudit.Detail(ended, reason) }, token);
        },
        cancellationToken);

    /// <summary>Who was signed off in an outage, whenever, and signs in with a password still. Where Mattermost's database can't be read, all who were signed off: they may.</summary>
    internal async Task<IReadOnlyList<string>> StayingAsync(string outageId, CancellationToken cancellationToken)
    {
        var signedOff = (await conversions.ListAsync(outageId, cancellationToken)).Where(one => one.State is ConversionState.SignedOff).ToArray();
        try
        {
            var found = await accounts.GetAllAsync([.. signedOff.Select(one => one.UserId)], cancellationToken);
            var withPassword = found.Where(account => account.UsesPassword).Select(account => account.Id).ToHashSet();
            return [.. signedOff.Where(one => withPassword.Contains(one.UserId)).Select(one => one.Username)];
        }
        catch (Refusal unavailable) when (unavailable.Reason is RefusalReason.Unavailable)
        {
            return [.. signedOff.Select(one => one.Username)];
        }
    }

    /// <returns>The first one that somebody works on; null when all are kept from others.</returns>
    private async Task<Conversion?> OwnAsync(StateTransaction transaction, IReadOnlyList<Conversion> stragglers, WorkOwner owner, CancellationToken cancellationToken)
    {
        await ConversionStore.LockAsync(transaction, stragglers.Select(one => one.Id), cancellationToken);
        foreach (var one in stragglers)
        {
            if (!await conversions.TryOwnAsync(transaction, one.Id, ConversionState.Converted, owner, cancellationToken))
            {
                return one;
            }
        }

        return null;
    }
}
