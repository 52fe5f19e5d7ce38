using MmDrBot.Access;
using MmDrBot.Audit;

namespace MmDrBot.Features.AuditTrail;

/// <summary>Reads the audit trail, newest first, and tells whether its chain is whole.</summary>
internal sealed class ReadAuditTrail(AuditLog audit)
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
}
