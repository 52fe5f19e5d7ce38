using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MmDrBot.Access;
using MmDrBot.Announcing;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Settings;
using MmDrBot.Verbs;

namespace MmDrBot.Approvals;

/// <summary>
/// The two-person rule. A use case asks before it begins; without an approval the request is put on record and refused, and once a second
/// person has approved, the same person repeats the same request, which then runs, once. What was approved and what runs are compared
/// by their hash.
/// </summary>
internal sealed class ApprovalGuard(ApprovalOptions options, ApprovalStore approvals, Announcements announcements, StateDatabase state, AuditLog audit, TimeProvider time)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    internal bool Guards(GuardedOperation operation) => options.Guards(operation);

    /// <summary>Runs the operation when it may run. One that is refused after all has changed nothing, so its approval is good again.</summary>
    /// <param name="operation">Which rule applies.</param>
    /// <param name="summary">What would run, in a sentence that another person understands; no secrets.</param>
    /// <param name="request">What would run, whole; no secrets.</param>
    /// <param name="permission">What the operation itself needs.</param>
    /// <param name="actor">Who wants it.</param>
    /// <param name="work">The operation's beginning: a job's launch, or all of it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="Refusal">NeedsApproval: a second person has to approve first.</exception>
    internal async Task<TResult> RunAsync<TRequest, TResult>(GuardedOperation operation, string summary, TRequest request, Permission permission, Actor actor, Func<Task<TResult>> work, CancellationToken cancellationToken)
    {
        var used = await RequireAsync(operation, summary, request, permission, actor, cancellationToken);
        try
        {
            return await work();
        }
        catch (Refusal) when (used is not null)
        {
            await GiveBackAsync(used, actor);
            throw;
        }
    }

    /// <summary>Returns when the operation may run.</summary>
    /// <param name="operation">Which rule applies.</param>
    /// <param name="summary">What would run, in a sentence that another person understands; no secrets.</param>
    /// <param name="request">What would run, whole; no secrets.</param>
    /// <param name="permission">What the operation itself needs.</param>
    /// <param name="actor">Who wants it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="Refusal">NeedsApproval: a second person has to approve first.</exception>
    /// <returns>The approval that was used up; null where none was needed.</returns>
    internal async Task<string?> RequireAsync<T>(GuardedOperation operation, string summary, T request, Permission permission, Actor actor, CancellationToken cancellationToken)
    {
        if (!Guards(operation) || actor.Door is Door.System)
        {
            return null;
        }

        if (actor.BreakGlass is { } reason)
        {
            await BreakGlassAsync(operation, summary, reason, actor, cancellationToken);
            return null;
        }

        var wanted = NewApproval(operation, summary, JsonSerializer.Serialize(request, Json), permission, actor);
        if (await TryUseOrAskAsync(wanted, actor, cancellationToken) is not { } asked)
        {
            await announcements.SayAsync(NewsKind.GlassBroken, $"**Nobody could be asked:** the state is out of reach, and {actor.Name} goes on without a second person: {summary}", cancellationToken);
            return null;
        }

        var (approval, isNew) = asked;
        if (approval.State is ApprovalState.Approved)
        {
            return approval.Id;
        }

        if (isNew)
        {
            await announcements.SayAsync(NewsKind.ApprovalRequested, $"**A second person is needed** for what {actor.Name} asked: {summary}\n`/dr approve {approval.Id}` or `/dr deny {approval.Id}`, or `mmdr approve {approval.Id}` on the host; `/dr approvals {approval.Id}` shows all that would run.", ApprovalButtons.Of(approval.Id), cancellationToken);
        }

        throw new Refusal(
            RefusalReason.NeedsApproval,
            $"A second person has to approve this: {summary} Request `{approval.Id}` waits until {approval.ExpiresAt.UtcDateTime:HH:mm} UTC.",
            $"Somebody else approves it: `/dr approve {approval.Id}` in chat, `mmdr approve {approval.Id}` on the host, or POST /api/v1/approvals/{approval.Id}/approve. Then repeat the same request. In an emergency the command line on the host takes --break-glass REASON.");
    }

    private Approval NewApproval(GuardedOperation operation, string summary, string request, Permission permission, Actor actor) => new()
    {
        Id = "ap-" + Base32.Encode(RandomNumberGenerator.GetBytes(7))[..10],
        Operation = operation,
        Summary = summary,
        RequestJson = request,
        Permission = permission,
        RequestedBy = actor.Name,
        RequestedByUserId = actor.MattermostUserId,
        CreatedAt = time.GetUtcNow(),
        ExpiresAt = time.GetUtcNow() + options.Lifetime,
        State = ApprovalState.Waiting,
    };

    /// <summary>With the state out of reach, who holds the host goes on, as with every other command of a disaster.</summary>
    private async Task<(Approval Found, bool IsNew)?> TryUseOrAskAsync(Approval wanted, Actor actor, CancellationToken cancellationToken)
    {
        try
        {
            return await state.InTransactionAsync((transaction, token) => UseOrAskAsync(transaction, wanted, actor, token), cancellationToken);
        }
        catch (Refusal unavailable) when (unavailable.Reason is RefusalReason.Unavailable && actor.Door is Door.Cli)
        {
            return null;
        }
    }

    /// <returns>What has to be waited for, and whether it was asked for now; or an approval, as it was before it was used up now.</returns>
    private async Task<(Approval Found, bool IsNew)> UseOrAskAsync(StateTransaction transaction, Approval wanted, Actor actor, CancellationToken cancellationToken)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{wanted.Operation}\n{wanted.RequestJson}")));
        var found = await approvals.FindLiveAsync(transaction, hash, actor.Name, cancellationToken);
        if (found is { State: ApprovalState.Waiting })
        {
            return (found, false);
        }

        if (found is not null && await approvals.TryUseAsync(transaction, found.Id, cancellationToken))
        {
            await RecordAsync(transaction, actor, "approval.used", found.Id, new { operation = EnumText.Of(found.Operation), approvedBy = found.DecidedBy, found.Summary }, cancellationToken);
            return (found, false);
        }

        await approvals.InsertAsync(transaction, wanted, hash, cancellationToken);
        await RecordAsync(transaction, actor, "approval.requested", wanted.Id, new { operation = EnumText.Of(wanted.Operation), wanted.Summary }, cancellationToken);
        return (wanted, true);
    }

    private Task GiveBackAsync(string id, Actor actor) => state.InTransactionAsync(
        async (transaction, token) =>
        {
            await ApprovalStore.GiveBackAsync(transaction, id, token);
            await RecordAsync(transaction, actor, "approval.given_back", id, new { }, token);
        },
        CancellationToken.None);

    /// <summary>On the host, with the keys in hand, nobody can be kept from it: it is made loud instead.</summary>
    private async Task BreakGlassAsync(GuardedOperation operation, string summary, string reason, Actor actor, CancellationToken cancellationToken)
    {
        try
        {
            await state.InTransactionAsync((transaction, token) => RecordAsync(transaction, actor, "approval.glass_broken", EnumText.Of(operation), new { summary, reason }, token), cancellationToken);
        }
        catch (Refusal unavailable) when (unavailable.Reason is RefusalReason.Unavailable)
        {
            // The state is gone: what runs says so, and leaves its record in the repository.
        }

        await announcements.SayAsync(NewsKind.GlassBroken, $"**Glass broken:** {actor.Name} did without a second person: {summary} Reason: {Words.Code(reason)}", cancellationToken);
    }

    private Task RecordAsync(StateTransaction transaction, Actor actor, string action, string target, object detail, CancellationToken cancellationToken) =>
        audit.AppendAsync(transaction, AuditEntry.By(actor, time.GetUtcNow(), action, target, AuditOutcome.Succeeded) with { DetailJson = JsonSerializer.Serialize(detail, Json) }, cancellationToken);
}
