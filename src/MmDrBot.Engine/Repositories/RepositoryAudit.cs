namespace MmDrBot.Engine.Repositories;

/// <summary>An audit entry of a command that ran without state.</summary>
public sealed record RepositoryAuditEntry(DateTimeOffset At, string Actor, string Door, string Action, string Request, string? Error);

/// <summary>Audit entries as objects of the repository.</summary>
public static class RepositoryAudit
{
    /// <summary>Writes one entry.</summary>
    public static Task<BlobId> WriteAsync(Repository repository, RepositoryAuditEntry entry, CancellationToken cancellationToken) =>
        repository.WriteJsonAsync(ObjectKind.Audit, entry, cancellationToken);
}
