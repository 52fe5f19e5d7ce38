using System.Text.Json.Nodes;
using MmDrBot.Access;
using MmDrBot.Approvals;

namespace MmDrBot.Features.Approvals;

/// <summary>A request for a second person.</summary>
/// <param name="Id">"ap-" and ten characters.</param>
/// <param name="Operation">restore_in_place, prune, convert_admin, convert_many, release_hold or sign_off.</param>
/// <param name="State">waiting, approved, denied, used or expired.</param>
/// <param name="Summary">What will run, in a sentence.</param>
/// <param name="Request">What will run, whole.</param>
/// <param name="RequestedBy">Who asked.</param>
/// <param name="CreatedAt">When.</param>
/// <param name="ExpiresAt">Until when it waits, or may be used.</param>
/// <param name="DecidedBy">Who approved or denied it.</param>
/// <param name="DecidedAt">When.</param>
/// <param name="Reason">Why it was denied.</param>
/// <param name="UsedAt">When it ran.</param>
internal sealed record ApprovalView(
    string Id, string Operation, string State, string Summary, JsonNode? Request, string RequestedBy, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, string? DecidedBy, DateTimeOffset? DecidedAt, string? Reason, DateTimeOffset? UsedAt)
{
    internal static ApprovalView Of(Approval approval) => new(
        approval.Id, EnumText.Of(approval.Operation), EnumText.Of(approval.State), approval.Summary, JsonNode.Parse(approval.RequestJson), approval.RequestedBy, approval.CreatedAt, approval.ExpiresAt, approval.DecidedBy, approval.DecidedAt, approval.Reason, approval.UsedAt);
}
