using MmDrBot.Access;
using MmDrBot.Approvals;

namespace MmDrBot.Features.Approvals;

/// <summary>Shows what waits for a second person, and what was decided.</summary>
internal sealed class ListApprovals(ApprovalStore approvals)
{
    private const int Maximum = 200;

    public async Task<IReadOnlyList<ApprovalView>> HandleAsync(bool all, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ViewStatus);
        return [.. (await approvals.ListAsync(all, Maximum, cancellationToken)).Select(ApprovalView.Of)];
    }

    public async Task<ApprovalView> GetAsync(string id, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ViewStatus);
        return ApprovalView.Of(await approvals.GetAsync(id, cancellationToken));
    }
}
