using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Protection;

namespace MmDrBot.Features.AuditTrail;

/// <summary>Reads the audit trail, newest first, and tells whether its chain is whole.</summary>
internal sealed class ReadAuditTrail(AuditLog audit, AuditAnchors anchors)
{
    public async Task<IReadOnlyList<AuditRecord>> HandleAsync(long? before, int limit, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ViewAudit);
        return await audit.ListAsync(before, limit, cancellationToken);
    }

    /// <returns>The first entry that does not fit, or null.</returns>
    public async Task<long?> VerifyAsync(Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ViewAudit);
        return await audit.VerifyAsync(cancellationToken);
    }

    /// <summary>Compares the chain with the heads that were anchored in the repository.</summary>
    public async Task<AnchorCheck> CheckAnchorsAsync(Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ViewAudit);
        return await anchors.CheckAsync(cancellationToken);
    }

    /// <summary>Chain and anchors together.</summary>
    /// <param name="replacedState">The state database was replaced: anchors of another chain are no fault.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<TrailVerification> JudgeAsync(bool replacedState, Actor actor, CancellationToken cancellationToken)
    {
        var broken = await VerifyAsync(actor, cancellationToken);
        var check = await CheckAnchorsAsync(actor, cancellationToken);
        return new TrailVerification(broken is null && check.Problems.Count == 0 && (check.Foreign == 0 || replacedState), broken, check);
    }

    /// <summary>All entries from a time on, oldest first.</summary>
    public async Task<IReadOnlyList<AuditRecord>> ExportAsync(DateTimeOffset? since, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ViewAudit);
        return await audit.ListSinceAsync(since ?? DateTimeOffset.MinValue, cancellationToken);
    }
}
