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

    /// <summary>All entries from a time on, oldest first.</summary>
    public async Task<IReadOnlyList<AuditRecord>> ExportAsync(DateTimeOffset? since, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ViewAudit);
        return await audit.ListSinceAsync(since ?? DateTimeOffset.MinValue, cancellationToken);
    }
}
