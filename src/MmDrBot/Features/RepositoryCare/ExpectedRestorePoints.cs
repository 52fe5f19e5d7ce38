using MmDrBot.Access;
using MmDrBot.Data;
using MmDrBot.Engine.Repositories;

namespace MmDrBot.Features.RepositoryCare;

/// <summary>The restore points that the state recorded as committed and not forgotten: each must be in the repository.</summary>
internal sealed class ExpectedRestorePoints(CommittedRestorePoints committed)
{
    internal async Task<(IReadOnlyList<BlobId> Expected, string? Note)> ListAsync(string repositoryId, CancellationToken cancellationToken)
    {
        try
        {
            var records = await committed.ListLiveAsync(repositoryId, cancellationToken);
            return ([.. records.Select(record => BlobId.TryParse(record.ManifestId, out var id) ? id : default).Where(id => id != default)], null);
        }
        catch (Refusal unavailable)
        {
            return ([], $"The state is out of reach, so its list of restore points was not compared: {unavailable.Message}");
        }
    }
}
