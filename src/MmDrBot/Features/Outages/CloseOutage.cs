using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Protection;
using MmDrBot.Sso;

namespace MmDrBot.Features.Outages;

/// <summary>How an outage ended: who was brought back in the end, and who was signed off as they are.</summary>
internal sealed record ClosedOutage(OutageView Outage, IReadOnlyList<RevertView> Reverts, IReadOnlyList<string> SignedOff);

/// <summary>Brings everybody back and closes the outage. While anyone is left converted it stays open, unless they are signed off by name.</summary>
internal sealed class CloseOutage(
    OutageStore outages, ConversionStore conversions, AccountReverter reverter, AbandonedWork abandoned, ConversionLedger ledger, SignInSettings signIn, AuditAnchors anchors, StateDatabase state, AuditLog audit, TimeProvider time)
{
    public async Task<ClosedOutage> HandleAsync(string? service, string? signOff, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageOutages);
        if (signOff is not null && !SsoTexts.IsLine(signOff))
        {
            throw new Refusal(RefusalReason.Invalid, "--sign-off takes a reason in one line of at most 200 characters.");
        }

        var outage = await outages.FindOpenAsync(service, cancellationToken);
        await abandoned.ResumeAsync(cancellationToken);
        var reverts = await reverter.RevertAsync(await conversions.ListOpenAsync(outage.Id, cancellationToken), actor, null, cancellationToken);
        var left = await conversions.ListOpenAsync(outage.Id, cancellationToken);
        if (left.Count > 0 && signOff is null)
        {
            await RefusedAsync(outage, left, actor);
            throw new Refusal(RefusalReason.Conflict, $"The outage of {outage.Service} stays open: {left.Count} could not be brought back.\n{string.Join('\n', left.Select(one => $"@{one.Username}: {one.Problem}"))}", "Mend these and close again; or take them out of the books as they are: `sso close --sign-off \"reason\"`.");
        }

        await signIn.RestoreAsync(outage, actor, cancellationToken);
        await EndAsync(outage, left, signOff, actor, cancellationToken);
        await anchors.WriteAsync(again: false, CancellationToken.None);
        var closed = await outages.FindAsync(outage.Id, CancellationToken.None);
        return new ClosedOutage(OutageView.Of(closed!, []), [.. reverts.Select(RevertView.Of)], [.. left.Select(one => one.Username)]);
    }

    private async Task EndAsync(Outage outage, IReadOnlyList<Conversion> stragglers, string? signOff, Actor actor, CancellationToken cancellationToken)
    {
        await ledger.WriteEndsAsync(actor, stragglers.Select(one => (one, ConversionState.SignedOff, signOff)), cancellationToken);
        await state.InTransactionAsync(
            async (transaction, token) =>
            {
                await OutageStore.RequireOpenAsync(transaction, outage, token);
                foreach (var one in stragglers)
                {
                    if (!await conversions.EndAsync(transaction, one.Id, one.State, ConversionState.SignedOff, actor.Name, time.GetUtcNow(), signOff, token))
                    {
                        throw new Refusal(RefusalReason.Conflict, $"@{one.Username} is being worked on by another call; nothing was closed.", "Close again in a moment.");
                    }
                }

                await RequireNobodyAsync(transaction, outage, token);
                await outages.CloseAsync(transaction, outage.Id, actor.Name, time.GetUtcNow(), signOff, token);
                foreach (var one in stragglers)
                {
                    await audit.AppendAsync(transaction, AuditEntry.By(actor, time.GetUtcNow(), "account.signed_off", one.Username, AuditOutcome.Succeeded) with { DetailJson = SsoAudit.Detail(one, signOff) }, token);
                }

                await audit.AppendAsync(transaction, AuditEntry.By(actor, time.GetUtcNow(), "outage.closed", outage.Service, AuditOutcome.Succeeded) with { DetailJson = SsoTexts.Detail(outage, new { signedOff = stragglers.Count }) }, token);
            },
            cancellationToken);
    }

    private static async Task RequireNobodyAsync(StateTransaction transaction, Outage outage, CancellationToken cancellationToken)
    {
        if (await transaction.FirstOrDefaultAsync<long>($"select count(*) from conversions where outage_id = @Id and {ConversionStore.Open}", new { outage.Id }, cancellationToken) > 0)
        {
            throw new Refusal(RefusalReason.Conflict, $"Somebody was converted in this moment; the outage of {outage.Service} stays open.", "Close again.");
        }
    }

    private Task RefusedAsync(Outage outage, IReadOnlyList<Conversion> left, Actor actor) => state.InTransactionAsync(
        (transaction, token) => audit.AppendAsync(transaction, AuditEntry.By(actor, time.GetUtcNow(), "outage.close_refused", outage.Service, AuditOutcome.Refused) with { DetailJson = SsoTexts.Detail(outage, new { left = left.Select(one => one.Username) }) }, token),
        CancellationToken.None);
}
