using System.Text.Json;
using MmDrBot.Access;
using MmDrBot.Announcing;
using MmDrBot.Approvals;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Settings;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Approvals;

/// <summary>Approves or denies what another person asked for.</summary>
internal sealed class DecideApproval(ApprovalStore approvals, SecondFactors factors, Parties parties, ApprovalOptions options, ApprovalPosts posts, Announcements announcements, StateDatabase state, AuditLog audit, TimeProvider time)
{
    private const int ReasonLength = 200;

    /// <param name="id">Which.</param>
    /// <param name="code">The second factor; needed in chat alone.</param>
    /// <param name="actor">Who approves; never who asked.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="Refusal">NotFound, Conflict (it does not wait any more), or Forbidden with the reason.</exception>
    public async Task<ApprovalView> ApproveAsync(string id, string? code, Actor actor, CancellationToken cancellationToken)
    {
        var approval = await RequireMayApproveAsync(id, actor, cancellationToken);
        if (actor.Door is Door.Chat && !options.ChatIsTrusted)
        {
            await factors.RequireAsync(actor.Name[(actor.Name.IndexOf(':', StringComparison.Ordinal) + 1)..], code, cancellationToken);
        }

        await DecideAsync(approval, ApprovalState.Approved, null, actor, cancellationToken);
        var text = $"{actor.Name} approved what {approval.RequestedBy} asked: {approval.Summary} It runs when {approval.RequestedBy} repeats the request.";
        await announcements.SayAsync(NewsKind.ApprovalDecided, text, cancellationToken);
        await TellAsync(approval, text, cancellationToken);
        await CloseAsync(approval, "Approved", actor, cancellationToken);
        return ApprovalView.Of(await approvals.GetAsync(id, CancellationToken.None));
    }

    /// <summary>Whether this actor may approve it, now; the code apart.</summary>
    /// <exception cref="Refusal">NotFound, Conflict (it does not wait any more), or Forbidden with the reason.</exception>
    internal async Task<Approval> RequireMayApproveAsync(string id, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ApproveOperations);
        var approval = await approvals.GetAsync(id, cancellationToken);
        RequireRight(approval, actor);
        // Names can be changed, ids can't.
        if ((actor.MattermostUserId is { } account && account == approval.RequestedByUserId) || await parties.AreOneAsync(actor.Name, approval.RequestedBy, cancellationToken))
        {
            throw new Refusal(RefusalReason.Forbidden, $"{approval.RequestedBy} asked for this; it takes another person to approve it.", "Ask somebody who may.");
        }

        RequireWaiting(approval);
        return approval;
    }

    /// <summary>To deny needs no second factor; whoever asked may take it back this way.</summary>
    /// <exception cref="Refusal">NotFound, Conflict (it does not wait any more), or Forbidden.</exception>
    public async Task<ApprovalView> DenyAsync(string id, string? reason, Actor actor, CancellationToken cancellationToken)
    {
        if (reason is not null && (reason.Length > ReasonLength || reason.Any(char.IsControl)))
        {
            throw new Refusal(RefusalReason.Invalid, $"A reason is one line of at most {ReasonLength} characters.");
        }

        var approval = await GetForAsync(id, actor, cancellationToken);
        if (!await parties.AreOneAsync(actor.Name, approval.RequestedBy, cancellationToken))
        {
            RequireRight(approval, actor);
        }

        RequireWaiting(approval);
        await DecideAsync(approval, ApprovalState.Denied, reason, actor, cancellationToken);
        await TellAsync(approval, $"{actor.Name} denied what {approval.RequestedBy} asked: {approval.Summary}{(reason is null ? "" : $" Reason: {Words.Code(reason)}")}", cancellationToken);
        await CloseAsync(approval, "Denied", actor, cancellationToken);
        return ApprovalView.Of(await approvals.GetAsync(id, CancellationToken.None));
    }

    /// <summary>Who may not approve learns of no request but their own.</summary>
    private async Task<Approval> GetForAsync(string id, Actor actor, CancellationToken cancellationToken)
    {
        try
        {
            return await approvals.GetAsync(id, cancellationToken);
        }
        catch (Refusal unknown) when (unknown.Reason is RefusalReason.NotFound)
        {
            actor.Require(Permission.ApproveOperations);
            throw;
        }
    }

    /// <summary>Who may not do a thing may not approve it either.</summary>
    private static void RequireRight(Approval approval, Actor actor)
    {
        actor.Require(Permission.ApproveOperations);
        actor.Require(approval.Permission);
    }

    private static void RequireWaiting(Approval approval)
    {
        if (approval.State is not ApprovalState.Waiting)
        {
            throw new Refusal(RefusalReason.Conflict, $"Request {approval.Id} is {EnumText.Of(approval.State)}{(approval.DecidedBy is { } by ? $" by {by}" : "")}.", "`approvals` lists those that wait; who asked may ask again.");
        }
    }

    /// <summary>Who asked in chat hears of it there.</summary>
    private Task TellAsync(Approval approval, string text, CancellationToken cancellationToken) =>
        approval.RequestedByUserId is { } userId ? announcements.TellAsync(userId, text, cancellationToken) : Task.CompletedTask;

    private Task CloseAsync(Approval approval, string decision, Actor actor, CancellationToken cancellationToken) =>
        posts.CloseAsync(approval.Id, $"**{decision}** by {actor.Name}: {approval.Summary}\nAsked by {approval.RequestedBy} (`{approval.Id}`).", cancellationToken);

    private Task DecideAsync(Approval approval, ApprovalState decision, string? reason, Actor actor, CancellationToken cancellationToken) => state.InTransactionAsync(
        async (transaction, token) =>
        {
            if (!await approvals.TryDecideAsync(transaction, approval.Id, decision, actor.Name, reason, options.Lifetime, token))
            {
                throw new Refusal(RefusalReason.Conflict, $"Somebody else decided about {approval.Id} in this moment, or it has expired.", "`approvals --all` shows what became of it.");
            }

            var entry = AuditEntry.By(actor, time.GetUtcNow(), $"approval.{EnumText.Of(decision)}", approval.Id, AuditOutcome.Succeeded) with
            {
                DetailJson = JsonSerializer.Serialize(new { operation = EnumText.Of(approval.Operation), approval.RequestedBy, approval.Summary, reason }, JsonSerializerOptions.Web),
            };
            await audit.AppendAsync(transaction, entry, token);
        },
        cancellationToken);
}
