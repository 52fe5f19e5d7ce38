using MmDrBot.Access;
using MmDrBot.Announcing;
using MmDrBot.Approvals;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Protection;
using MmDrBot.Settings;
using MmDrBot.Sso;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Outages;

/// <summary>How an outage ended: who was brought back in the end, who was signed off as they are, and what else there is to know.</summary>
internal sealed record ClosedOutage(OutageView Outage, IReadOnlyList<RevertView> Reverts, IReadOnlyList<string> SignedOff, IReadOnlyList<string> LeftWithPassword, IReadOnlyList<string> Notes, OutageProof InMattermost)
{
    /// <summary>Who is left converted, in a sentence or two.</summary>
    internal string Ending { get; init; } = "";
}

/// <summary>Brings everybody back and closes the outage. While anyone is left converted it stays open, unless they are signed off by name.</summary>
internal sealed class CloseOutage(
    OutageStore outages, ConversionStore conversions, AccountReverter reverter, AbandonedWork abandoned, AccountSignOff signOffs, CompareBooks books, FindLeftovers leftovers, OrphanedBindings orphans, SignInSettings signIn, ApprovalGuard approvals, Announcements announcements, AuditAnchors anchors, StateDatabase state, AuditLog audit, TimeProvider time)
{
    private const int Shown = 20;

    public Task<ClosedOutage> HandleAsync(string? service, string? signOff, Actor actor, CancellationToken cancellationToken) =>
        HandleAsync(service, signOff, null, actor, cancellationToken);

    /// <param name="service">Whose outage; null where only one is open.</param>
    /// <param name="signOff">Why those who can't be brought back are taken out of the books; null: they are not.</param>
    /// <param name="expectedVersion">The version that the caller has seen; null: whichever it is.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<ClosedOutage> HandleAsync(string? service, string? signOff, string? expectedVersion, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageOutages);
        if (signOff is not null)
        {
            RequireSignOff(signOff, actor);
        }

        var outage = await outages.FindOpenAsync(service, cancellationToken);
        await RequireVersionAsync(outage, expectedVersion, cancellationToken);
        await abandoned.ResumeAsync(cancellationToken);
        var besides = await leftovers.HandleAsync(outage, cancellationToken);
        if (signOff is null && besides.Accounts.Count > 0)
        {
            await RefusedAsync(outage, besides.Names, actor);
            throw new Refusal(
                RefusalReason.Conflict,
                $"The outage of {outage.Service} stays open: {besides.Accounts.Count} {(besides.Accounts.Count == 1 ? "account signs" : "accounts sign")} in with a password, of which the books do not know.\n{Lines([.. besides.Accounts.Select(drift => drift.Message)])}",
                "`sso reconcile --repair` brings back whom a restored database took back, `mmdr sso recover` on the host takes in whom the ledger alone knows; then close again. Or an administrator leaves them as they are: `sso close --sign-off \"reason\"`.");
        }

        var reverts = await reverter.RevertAsync(await conversions.ListOpenAsync(outage.Id, cancellationToken), actor, null, cancellationToken);
        var left = await conversions.ListOpenAsync(outage.Id, cancellationToken);
        if (left.Count > 0 && signOff is null)
        {
            await RefusedAsync(outage, left.Select(one => one.Username), actor);
            throw new Refusal(RefusalReason.Conflict, $"The outage of {outage.Service} stays open: {left.Count} could not be brought back.\n{Lines([.. left.Select(one => $"@{one.Username}: {one.Problem ?? "being worked on by another call"}")])}", "Mend these and close again; or an administrator takes them out of the books as they are: `sso close --sign-off \"reason\"`.");
        }

        var finish = () => FinishAsync(outage, reverts, left, besides, signOff, actor, cancellationToken);
        return left.Count + besides.Accounts.Count > 0 ? await ApprovedAsync(outage, left, besides, signOff!, actor, finish, cancellationToken) : await finish();
    }

    /// <summary>An answer that a person reads; the audit has all names.</summary>
    private static string Lines(IReadOnlyList<string> items) => string.Join('\n', [.. items.Take(Shown), .. items.Count > Shown ? [$"and {items.Count - Shown} more: `sso reconcile` lists them."] : Array.Empty<string>()]);

    private static void RequireSignOff(string reason, Actor actor)
    {
        actor.Require(Permission.SignOffAccounts);
        if (!SsoTexts.IsLine(reason))
        {
            throw new Refusal(RefusalReason.Invalid, "--sign-off takes a reason in one line of at most 200 characters.");
        }
    }

    private async Task<ClosedOutage> FinishAsync(Outage outage, IReadOnlyList<RevertResult> reverts, IReadOnlyList<Conversion> left, Leftovers besides, string? signOff, Actor actor, CancellationToken cancellationToken)
    {
        await signOffs.SignOffAsync(left, signOff ?? "", actor, cancellationToken);
        var staying = await signOffs.StayingAsync(outage.Id, cancellationToken);
        await EndAsync(outage, left.Count, besides, staying.Count > 0, signOff, actor, cancellationToken);
        var closed = (await outages.FindAsync(outage.Id, CancellationToken.None))!;
        var settings = staying.Count > 0 ? await signIn.KeepAsync(outage, actor, CancellationToken.None) : (await signIn.RestoreAsync(closed, actor, CancellationToken.None)).Note;
        var notes = new[] { settings, besides.Doubt, await TidyAsync(outage, actor), await AnchorAsync() };
        IReadOnlyList<string> signedOff = [.. left.Select(one => one.Username).Union(staying)];
        // What closes or opens an outage by itself says so in its own words.
        if (actor.Door is not Door.System)
        {
            await announcements.SayAsync(NewsKind.OutageClosed, $"**The outage of {outage.Service} is closed** (ticket {Words.Code(outage.Ticket)}), after {Words.Duration(time.GetUtcNow() - outage.OpenedAt)}, by {actor.Name.Split(':')[^1]}. {besides.Sentence(signedOff)}", CancellationToken.None);
        }

        return new ClosedOutage(OutageView.Of(closed, []), [.. reverts.Select(RevertView.Of)], signedOff, [.. besides.Names], [.. reverts.Select(one => one.Remark).Concat(notes).OfType<string>()], await books.ProveAsync(outage.Id, CancellationToken.None)) { Ending = besides.Sentence(signedOff) };
    }

    private Task<ClosedOutage> ApprovedAsync(Outage outage, IReadOnlyList<Conversion> left, Leftovers besides, string reason, Actor actor, Func<Task<ClosedOutage>> finish, CancellationToken cancellationToken) =>
        approvals.RunAsync(
            GuardedOperation.SignOff,
            $"Close the outage of {outage.Service} and leave {string.Join(", ", left.Select(one => one.Username).Concat(besides.Names).Select(name => $"@{name}"))} converted: {Words.Code(reason)}.",
            new { outage = outage.Id, left = left.Select(one => one.Id).Concat(besides.Accounts.Select(drift => drift.UserId)).Order(StringComparer.Ordinal), reason },
            Permission.ManageOutages,
            actor,
            finish,
            cancellationToken);

    /// <exception cref="Refusal">Stale: the outage, or who is converted, is not what the caller has seen.</exception>
    private async Task RequireVersionAsync(Outage outage, string? expected, CancellationToken cancellationToken)
    {
        if (expected is not null && OutageView.Of(outage, await conversions.ListOpenAsync(outage.Id, cancellationToken)).Version() != expected)
        {
            throw new Refusal(RefusalReason.Stale, $"The outage of {outage.Service} was changed since you looked at it; nothing was done.", "Look at it again, and decide anew.");
        }
    }

    private Task EndAsync(Outage outage, int signedOff, Leftovers besides, bool staying, string? reason, Actor actor, CancellationToken cancellationToken) => state.InTransactionAsync(
        async (transaction, token) =>
        {
            await OutageStore.RequireOpenAsync(transaction, outage, token);
            if (await transaction.FirstOrDefaultAsync<long>($"select count(*) from conversions where outage_id = @Id and {ConversionStore.Open}", new { outage.Id }, token) > 0)
            {
                throw new Refusal(RefusalReason.Conflict, $"Somebody was converted in this moment; the outage of {outage.Service} stays open.", "Close again.");
            }

            await outages.CloseAsync(transaction, outage.Id, actor.Name, time.GetUtcNow(), reason, keepsSettings: staying, token);
            await audit.AppendAsync(transaction, AuditEntry.By(actor, time.GetUtcNow(), "outage.closed", outage.Service, AuditOutcome.Succeeded) with { DetailJson = SsoTexts.Detail(outage, new { signedOff, leftWithPassword = besides.Names }) }, token);
        },
        cancellationToken);

    /// <summary>The outage is closed whatever happens here, and in anchoring.</summary>
    private async Task<string?> TidyAsync(Outage outage, Actor actor)
    {
        try
        {
            await orphans.EndAsync(outage.Id, actor, CancellationToken.None);
            return null;
        }
        catch (Refusal refusal)
        {
            return $"The ledger could not be looked through for what killed calls left ({refusal.Message}); a recovery would show that.";
        }
    }

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

    private Task RefusedAsync(Outage outage, IEnumerable<string> left, Actor actor) => state.InTransactionAsync(
        (transaction, token) => audit.AppendAsync(transaction, AuditEntry.By(actor, time.GetUtcNow(), "outage.close_refused", outage.Service, AuditOutcome.Refused) with { DetailJson = SsoTexts.Detail(outage, new { left }) }, token),
        CancellationToken.None);
}
