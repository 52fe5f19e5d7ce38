using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;

namespace MmDrBot.Sso;

/// <summary>
/// Finishes or undoes what an interrupted call left: an account that the database shows converted is converted, one that still has its
/// binding was never touched, and whoever was on the way back goes on. Run at every start and now and then.
/// </summary>
internal sealed class AbandonedWork(
    ConversionStore conversions, AccountDirectory accounts, ConversionLedger ledger, AccountReverter reverter, PasswordSetter passwords, AccessDelivery delivery, StateDatabase state, AuditLog audit, SsoOptions options, TimeProvider time)
{
    /// <returns>How many rows were looked after.</returns>
    internal async Task<int> ResumeAsync(CancellationToken cancellationToken)
    {
        var abandoned = await conversions.ListAbandonedAsync(options.SettleTime, cancellationToken);
        if (abandoned.Count == 0)
        {
            return 0;
        }

        foreach (var planned in abandoned.Where(conversion => conversion.State is ConversionState.Planned))
        {
            await ResumeAsync(planned, cancellationToken);
        }

        await reverter.RevertAsync([.. abandoned.Where(conversion => conversion.State is ConversionState.Reverting)], Actor.System, null, cancellationToken);
        return abandoned.Count;
    }

    private async Task ResumeAsync(Conversion planned, CancellationToken cancellationToken)
    {
        await using var rows = new OwnedRows(conversions, TimeSpan.Zero, time);
        if (!await conversions.TryOwnAsync(planned.Id, ConversionState.Planned, rows.Owner, cancellationToken))
        {
            return; // Another replica was faster.
        }

        if (await accounts.GetAsync(planned.UserId, cancellationToken) is not { UsesPassword: true })
        {
            const string Undone = "The call was interrupted before Mattermost had changed anything.";
            await ledger.WriteEndsAsync(Actor.System, [(planned, ConversionState.RolledBack, Undone)], cancellationToken);
            await RecordAsync(planned, "conversion_rolled_back", Undone, (transaction, token) => conversions.EndAsync(transaction, planned.Id, ConversionState.Planned, ConversionState.RolledBack, Actor.System.Name, time.GetUtcNow(), Undone, token), cancellationToken);
            return;
        }

        const string Unknown = "The call was interrupted after the account was converted, so nobody knows its password. `sso deliver` issues a way in.";
        var moved = await RecordAsync(planned, "converted", Unknown, (transaction, token) => MoveAsync(transaction, planned, Unknown, rows.Owner, token), cancellationToken);
        if (moved && planned.Delivery is Delivery.ResetEmail)
        {
            await DeliverAnewAsync(planned, cancellationToken);
        }
    }

    private async Task<bool> MoveAsync(StateTransaction transaction, Conversion planned, string problem, WorkOwner owner, CancellationToken cancellationToken) =>
        await conversions.MoveAsync(transaction, planned.Id, ConversionState.Planned, ConversionState.Converted, problem, owner, cancellationToken)
        && await conversions.ConvertedAsync(transaction, planned.Id, time.GetUtcNow(), planned.ExpiresAt, cancellationToken) > 0;

    /// <summary>The password that the interrupted call had set is lost with it; a fresh one takes its place before the mail goes out.</summary>
    private async Task DeliverAnewAsync(Conversion conversion, CancellationToken cancellationToken)
    {
        var set = await passwords.SetAsync(conversion.UserId, cancellationToken);
        var handover = set.IsConverted ? await delivery.DeliverAsync(conversion, set.Password, cancellationToken) : new Handover(false, set.Problem);
        await delivery.RecordAsync(new Dictionary<Conversion, Handover> { [conversion] = handover }, Actor.System, cancellationToken);
    }

    private Task<bool> RecordAsync(Conversion planned, string what, string reason, Func<StateTransaction, CancellationToken, Task<bool>> move, CancellationToken cancellationToken) => state.InTransactionAsync(
        async (transaction, token) =>
        {
            var moved = await move(transaction, token);
            if (moved)
            {
                var entry = AuditEntry.By(Actor.System, time.GetUtcNow(), $"account.{what}", planned.Username, AuditOutcome.Succeeded) with { DetailJson = SsoAudit.Detail(planned, reason) };
                await audit.AppendAsync(transaction, entry, token);
            }

            return moved;
        },
        cancellationToken);
}
