using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Protection;
using MmDrBot.Sso;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Outages;

/// <summary>How an outage ended: who was brought back in the end, who was signed off as they are, and what else there is to know.</summary>
internal sealed record ClosedOutage(OutageView Outage, IReadOnlyList<RevertView> Reverts, IReadOnlyList<string> SignedOff, IReadOnlyList<string> Notes);

/// <summary>Brings everybody back and closes the outage. While anyone is left converted it stays open, unless they are signed off by name.</summary>
internal sealed class CloseOutage(
    OutageStore outages, ConversionStore conversions, AccountReverter reverter, AbandonedWork abandoned, AccountSignOff signOffs, SignInSettings signIn, AuditAnchors anchors, Announcements announcements, StateDatabase state, AuditLog audit, TimeProvider time)
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
            throw new Refusal(RefusalReason.Conflict, $"The outage of {outage.Service} stays open: {left.Count} could not be brought back.\n{string.Join('\n', left.Select(one => $"@{one.Username}: {one.Problem ?? "being worked on by another call"}"))}", "Mend these and close again; or take them out of the books as they are: `sso close --sign-off \"reason\"`.");
        }

        await signOffs.SignOffAsync(left, signOff ?? "", actor, cancellationToken);
        await EndAsync(outage, left.Count, signOff, actor, cancellationToken);
        var notes = new[] { await signIn.RestoreAsync(outage, left.Count > 0, actor, CancellationToken.None), await AnchorAsync() };
        await announcements.SayAsync($"**The outage of {outage.Service} is closed** (ticket {Words.Code(outage.Ticket)}), after {Words.Duration(time.GetUtcNow() - outage.OpenedAt)}, by {actor.Name.Split(':')[^1]}.", CancellationToken.None);
        var closed = await outages.FindAsync(outage.Id, CancellationToken.None);
        return new ClosedOutage(OutageView.Of(closed!, []), [.. reverts.Select(RevertView.Of)], [.. left.Select(one => one.Username)], [.. notes.OfType<string>()]);
    }

    private Task EndAsync(Outage outage, int signedOff, string? reason, Actor actor, CancellationToken cancellationToken) => state.InTransactionAsync(
        async (transaction, token) =>
        {
            await OutageStore.RequireOpenAsync(transaction, outage, token);
            if (await transaction.FirstOrDefaultAsync<long>($"select count(*) from conversions where outage_id = @Id and {ConversionStore.Open}", new { outage.Id }, token) > 0)
            {
                throw new Refusal(RefusalReason.Conflict, $"Somebody was converted in this moment; the outage of {outage.Service} stays open.", "Close again.");
            }

            await outages.CloseAsync(transaction, outage.Id, actor.Name, time.GetUtcNow(), reason, token);
            await audit.AppendAsync(transaction, AuditEntry.By(actor, time.GetUtcNow(), "outage.closed", outage.Service, AuditOutcome.Succeeded) with { DetailJson = SsoTexts.Detail(outage, new { signedOff }) }, token);
        },
        cancellationToken);

    /// <summary>The outage is closed whatever happens here.</summary>
    private async Task<string?> AnchorAsync()
    {
        try
        {
            await anchors.WriteAsync(again: false, CancellationToken.None);
            return null;
        }
        catch (Refusal refusal)
        {
            return $"The head of the audit could not be anchored in the repository ({refusal.Message}); it is tried again.";
        }
    }

    private Task RefusedAsync(Outage outage, IReadOnlyList<Conversion> left, Actor actor) => state.InTransactionAsync(
        (transaction, token) => audit.AppendAsync(transaction, AuditEntry.By(actor, time.GetUtcNow(), "outage.close_refused", outage.Service, AuditOutcome.Refused) with { DetailJson = SsoTexts.Detail(outage, new { left = left.Select(one => one.Username) }) }, token),
        CancellationToken.None);
}
