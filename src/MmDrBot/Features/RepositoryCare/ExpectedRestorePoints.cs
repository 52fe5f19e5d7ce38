using MmDrBot.Access;
using MmDrBot.Data;
using MmDrBot.Engine.Repositories;
using MmDrBot.Protection;
using MmDrBot.Settings;

namespace MmDrBot.Features.RepositoryCare;

/// <summary>The restore points that the state recorded as committed and not forgotten: each must be in the repository.</summary>
internal sealed class ExpectedRestorePoints(CommittedRestorePoints committed, CopyRecords copies)
{
    /// <returns>Those, what is not there yet since it was not copied, and a note where the state can't be asked.</returns>
    internal async Task<(IReadOnlyList<BlobId> Expected, IReadOnlyList<BlobId> Elsewhere, string? Note)> ListAsync(RepositoryProvider place, string repositoryId, CancellationToken cancellationToken)
    {
        try
        {
            var records = await committed.ListLiveAsync(repositoryId, cancellationToken);
            var live = IdsOf(records.Select(record => record.ManifestId));
            if (place.Name == KnownRepositories.Main)
            {
                return (live, [], null);
            }

            // A copy with a key of its own has ids of its own.
            var held = place.Options is CopyOptions { HasOwnKey: true } ? [] : IdsOf(await copies.HeldAsync(place.Name, cancellationToken));
            return ([.. held.Intersect(live)], [.. live.Except(held)], null);
        }
        catch (Refusal unavailable)
        {
            return ([], [], $"The state is out of reach, so its list of restore points was not compared: {unavailable.Message}");
        }
    }

    private static BlobId[] IdsOf(IEnumerable<string> texts) => [.. texts.Select(text => BlobId.TryParse(text, out var id) ? id : default).Where(id => id != default)];
}
