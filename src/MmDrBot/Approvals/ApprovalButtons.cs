using MmDrBot.Access;
using MmDrBot.Interactions;

namespace MmDrBot.Approvals;

/// <summary>The buttons under a request for a second person.</summary>
internal static class ApprovalButtons
{
    /// <summary>The handler of clicks on "Approve".</summary>
    internal const string Approve = "approve";

    internal static IReadOnlyList<Button> Of(string id) =>
    [
        new Button("Approve", [id], Permission.ApproveOperations) { ChangesState = true, Handler = Approve },
        new Button("Deny", ["deny", id], Permission.ApproveOperations) { ChangesState = true, IsDangerous = true },
    ];
}
