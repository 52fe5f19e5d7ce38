using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MmDrBot.Access;
using MmDrBot.Announcing;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Jobs;
using MmDrBot.Settings;

namespace MmDrBot.Approvals;

/// <summary>
/// The two-person rule. A use case asks before it begins; without an approval the request is put on record and refused, and once a second
/// person has approved, the same person repeats the same request, which then runs, once. What was approved and what runs are compared
/// by their hash.
/// </summary>
internal sealed class ApprovalGuard(ApprovalOptions options, ApprovalStore approvals, ApprovalUses uses, BrokenGlass glass, Announcements announcements, StateDatabase state, AuditLog audit, TimeProvider time)
{
    private const int LongestDetails = 15_000;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal bool Guards(GuardedOperation operation) => options.Guards(operation);

    /// <summary>
    /// Runs an operation that is no job when it may run. One that is refused after all has changed nothing, so its approval is good again;
    /// so it is when the process dies in the middle.
    /// </summary>
    /// <param name="operation">Which rule applies.</param>
    /// <param name="summary">What would run, in a sentence that another person understands; no secrets.</param>
    /// <param name="request">What would run, whole; no secrets.</param>
    /// <param name="permission">What the operation itself needs.</param>
    /// <param name="actor">Who wants it.</param>
    /// <param name="work">All of the operation. Asked again after it was done, it must do no harm.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="Refusal">NeedsApproval: a second person has to approve first.</exception>
    internal async Task<TResult> RunAsync<TRequest, TResult>(GuardedOperation operation, string summary, TRequest request, Permission permission, Actor actor, Func<Task<TResult>> work, CancellationToken cancellationToken)
    {
        if (await RequireAsync(operation, summary, request, permission, actor, cancellationToken) is not { } approved)
        {
            return await work();
        }

        await uses.HoldAsync(approved, actor, cancellationToken);
        try
        {
            var result = await work();
            await uses.SettleAsync(approved);
            return result;
        }
        catch (Refusal)
        {
            await uses.GiveBackAsync(approved, actor);
            throw;
        }
    }

    /// <summary>Clears a job for its launch: the approval is used up by the transaction that inserts its row, or not at all.</summary>
    /// <param name="operation">Which rule applies.</param>
    /// <param name="summary">What would run, in a sentence that another person understands; no secrets.</param>
    /// <param name="request">What would run, whole; no secrets.</param>
    /// <param name="permission">What the operation itself needs.</param>
    /// <param name="actor">Who wants it.</param>
    /// <param name="launch">How the job would begin.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="Refusal">NeedsApproval: a second person has to approve first.</exception>
    /// <returns>How it may begin.</returns>
    internal async Task<JobLaunch> ClearAsync<T>(GuardedOperation operation, string summary, T request, Permission permission, Actor actor, JobLaunch launch, CancellationToken cancellationToken) =>
        await RequireAsync(operation, $"{launch.Rehearsal?.Occasion}{summary}", launch.Rehearsal is { } rehearsal ? new { rehearsal.Terms, request } : (object)request!, permission, actor, cancellationToken) is { } approved
            ? launch with { Alongside = (transaction, token) => uses.UseAsync(transaction, approved, actor, token) }
            : launch;

    /// <summary>Returns when the operation may run.</summary>
    /// <param name="operation">Which rule applies.</param>
    /// <param name="summary">What would run, in a sentence that another person understands; no secrets.</param>
    /// <param name="request">What would run, whole; no secrets.</param>
    /// <param name="permission">What the operation itself needs.</param>
    /// <param name="actor">Who wants it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="Refusal">NeedsApproval: a second person has to approve first.</exception>
    /// <returns>The approval that is there to be used; null where none is needed.</returns>
    private async Task<string?> RequireAsync<T>(GuardedOperation operation, string summary, T request, Permission permission, Actor actor, CancellationToken cancellationToken)
    {
        // Of what is on a schedule it was decided when it was put there.
        if (!Guards(operation) || actor.Door is Door.System or Door.Schedule)
        {
            return null;
        }

        if (actor.BreakGlass is { } reason)
        {
            await glass.RecordAsync(operation, summary, reason, actor, cancellationToken);
            return null;
        }

        var wanted = NewApproval(operation, summary, JsonSerializer.Serialize(request, Json), permission, actor);
        var (approval, isNew) = await FindOrAskAsync(wanted, actor, cancellationToken);
        if (approval.State is ApprovalState.Approved)
        {
            return approval.Id;
        }

        if (isNew)
        {
            await announcements.SayAsync(NewsKind.ApprovalRequested, $"**A second person is needed** for what {actor.Name} asked: {summary}\n`/dr approve {approval.Id}` or `/dr deny {approval.Id}`, or `mmdr approve {approval.Id}` on the host; `/dr approvals {approval.Id}` shows all that would run.", ApprovalButtons.Of(approval.Id), Whole(approval), cancellationToken);
        }

        throw new Refusal(
            RefusalReason.NeedsApproval,
            $"A second person has to approve this: {summary} Request `{approval.Id}` waits until {approval.ExpiresAt.UtcDateTime:HH:mm} UTC.",
            $"Somebody else approves it: `/dr approve {approval.Id}` in chat, `mmdr approve {approval.Id}` on the host, or POST /api/v1/approvals/{approval.Id}/approve. Then repeat the same request. In an emergency the command line on the host takes --break-glass REASON.");
    }

    /// <summary>For the thread: who approves sees exactly what will run, as far as a post holds it.</summary>
    private static string Whole(Approval approval)
    {
        var whole = JsonNode.Parse(approval.RequestJson)!.ToJsonString(Indented);
        return whole.Length <= LongestDetails ? $"All that would run:\n```json\n{whole}\n```" : $"What would run, cut; `/dr approvals {approval.Id}` or `mmdr approvals {approval.Id}` shows all:\n```json\n{whole[..LongestDetails]}\n```";
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

    /// <returns>What may be used or has to be waited for, and whether it was asked for now.</returns>
    private async Task<(Approval Found, bool IsNew)> FindOrAskAsync(Approval wanted, Actor actor, CancellationToken cancellationToken)
    {
        try
        {
            return await state.InTransactionAsync((transaction, token) => FindOrAskAsync(transaction, wanted, actor, token), cancellationToken);
        }
        catch (Refusal unavailable) when (unavailable.Reason is (RefusalReason.Unavailable or RefusalReason.Damaged) && actor.Door is Door.Cli)
        {
            throw new Refusal(
                RefusalReason.NeedsApproval,
                $"A second person has to approve this: {wanted.Summary} Nobody can be asked, because approvals lie in the state: {unavailable.Message}",
                "Mend the state, or repeat the command with --break-glass REASON. That is announced, and kept in the repository.",
                unavailable);
        }
    }

    private async Task<(Approval Found, bool IsNew)> FindOrAskAsync(StateTransaction transaction, Approval wanted, Actor actor, CancellationToken cancellationToken)
    {
        await uses.GiveBackLostAsync(transaction, actor, cancellationToken);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{wanted.Operation}\n{wanted.RequestJson}")));
        if (await approvals.FindLiveAsync(transaction, hash, actor.Name, cancellationToken) is { } found)
        {
            return (found, false);
        }

        await approvals.InsertAsync(transaction, wanted, hash, cancellationToken);
        await RecordAsync(transaction, actor, "approval.requested", wanted.Id, new { operation = EnumText.Of(wanted.Operation), wanted.Summary }, cancellationToken);
        return (wanted, true);
    }

    private Task RecordAsync(StateTransaction transaction, Actor actor, string action, string target, object detail, CancellationToken cancellationToken) =>
        audit.AppendAsync(transaction, AuditEntry.By(actor, time.GetUtcNow(), action, target, AuditOutcome.Succeeded) with { DetailJson = JsonSerializer.Serialize(detail, Json) }, cancellationToken);
}
