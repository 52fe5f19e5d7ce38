using MmDrBot.Access;
using MmDrBot.Diagnosis;
using MmDrBot.Engine.ObjectStores;
using MmDrBot.Protection;
using MmDrBot.Settings;

namespace MmDrBot.Features.RepositoryCare;

/// <summary>The bucket's own settings: locks, versions, lifecycle rules, and its clock. A few requests that change nothing.</summary>
internal sealed class BucketDoctor(RepositoryProvider repositories, AppSettings settings, TimeProvider time) : IDoctorCheck
{
    private const string Cure = "docs/immutable.md tells how the bucket is to be set up; `mmdr repository test` tries its locks.";

    public DoctorArea Area => DoctorArea.Repository;

    public string What => "bucket of the repository";

    public async Task<IReadOnlyList<Finding>> RunAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (settings.Repository.Url?.StartsWith("s3:", StringComparison.Ordinal) is not true)
        {
            return [];
        }

        var results = await EngineRefusals.TranslateAsync(() => StoreProbe.InspectAsync(repositories.Store(), time, cancellationToken));
        return [.. results.Select(FindingOf), .. settings.Repository.ObjectLock.IsSet ? [Finding.Ok("locks", settings.Repository.ObjectLock.Describe())] : Array.Empty<Finding>()];
    }

    private static Finding FindingOf(ProbeResult result) => result switch
    {
        { Kept: false } => Finding.Failed(result.Promise, result.Fault ?? "", Cure),
        { Warning: true } => Finding.Warning(result.Promise, result.Fault ?? "", Cure),
        _ => Finding.Ok(result.Promise, result.Fault ?? ""),
    };
}
