using MmDrBot.Access;
using MmDrBot.Approvals;

namespace MmDrBot.Features.Approvals;

/// <summary>Shows what waits for a second person, and what was decided.</summary>
internal sealed class ListApprovals(ApprovalStore approvals)
{
    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<ApprovalView>> HandleAsync(bool all, Actor actor, CancellationToken cancellationToken) =>
        (await PageAsync(all, int.MaxValue, null, actor, cancellationToken))!;

    /// <summary>Those behind the one with this id.</summary>
    /// <returns>Null when there is none with this id.</returns>
    public async Task<IReadOnlyList<ApprovalView>?> PageAsync(bool all, int limit, string? after, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ViewStatus);
        return await approvals.ListAsync(all, limit, after, cancellationToken) is { } found ? [.. found.Select(ApprovalView.Of)] : null;
    }

    public async Task<ApprovalView> GetAsync(string id, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ViewStatus);
        return ApprovalView.Of(await approvals.GetAsync(id, cancellationToken));
    }
}
