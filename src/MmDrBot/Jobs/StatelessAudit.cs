using MmDrBot.Access;
using MmDrBot.Engine.Repositories;
using MmDrBot.Protection;

namespace MmDrBot.Jobs;

/// <summary>Leaves the record of a job that ran without state in the repository, where the credentials allow.</summary>
internal sealed class StatelessAudit(RepositoryProvider repositories, TimeProvider time)
{
    /// <returns>Why it could not be left, or null.</returns>
    internal async Task<string?> TryWriteAsync(Job job)
    {
        try
        {
            var repository = await repositories.OpenAsync(CancellationToken.None);
            var entry = new RepositoryAuditEntry(time.GetUtcNow(), job.ActorName, EnumText.Of(job.Door), $"{job.Kind}.{EnumText.Of(job.State)}", job.RequestJson, job.Error?.Message);
            await EngineRefusals.TranslateAsync(() => RepositoryAudit.WriteAsync(repository, entry, CancellationToken.None));
            return null;
        }
        catch (Refusal refusal)
        {
            return refusal.Message;
        }
    }
}
