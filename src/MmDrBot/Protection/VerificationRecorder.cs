using MmDrBot.Access;
using MmDrBot.Data;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Verification;
using MmDrBot.Settings;

namespace MmDrBot.Protection;

/// <summary>Writes down what a verification found: in the repository, where it outlives the state, and in the state, where alarms read it.</summary>
internal sealed partial class VerificationRecorder(StateDatabase state, DrillStandings standings, ILogger<VerificationRecorder> logger)
{
    /// <param name="repository">Where it was found.</param>
    /// <param name="record">What was found.</param>
    /// <param name="inState">False for a copy, whose restore points have the same ids: what was proven of them says nothing of the first repository's.</param>
    /// <returns>What could not be written, and why, each a sentence; the verification itself stands.</returns>
    internal async Task<IReadOnlyList<string>> RecordAsync(Repository repository, VerificationRecord record, bool inState = true)
    {
        var faults = new List<string>();
        var id = Guid.CreateVersion7().ToString("N");
        try
        {
            id = (await EngineRefusals.TranslateAsync(() => VerificationRecords.WriteAsync(repository, record, CancellationToken.None))).ToString();
        }
        catch (Refusal refusal)
        {
            Log.NotWritten(logger, refusal, record.RestorePoint.ToString());
            faults.Add($"The repository has no record of it: {refusal.Message}");
        }

        if (!inState)
        {
            return faults;
        }

        try
        {
            await state.InTransactionAsync((transaction, token) => standings.RecordAsync(transaction, EntryOf(id, repository.Id, record), token), CancellationToken.None);
        }
        catch (Refusal refusal)
        {
            Log.NotWritten(logger, refusal, record.RestorePoint.ToString());
            faults.Add($"The state has no record of it: {refusal.Message}");
        }

        return faults;
    }

    /// <summary>Writes down what reading a whole repository says of its restore points: which the damage costs something, or that those which passed for damaged are whole.</summary>
    /// <param name="repository">Where it was found.</param>
    /// <param name="findings">What was found.</param>
    /// <param name="isAll">Whether every byte was read.</param>
    /// <param name="now">The time.</param>
    /// <param name="inState">False for a copy.</param>
    internal async Task RecordAsync(Repository repository, Findings findings, bool isAll, DateTimeOffset now, bool inState = true)
    {
        if (findings.Losses.Count == 0 && !(isAll && findings.IsWhole))
        {
            return;
        }

        var draft = new VerificationRecord { RestorePoint = default, Level = VerificationLevel.Data, StartedAt = now, FinishedAt = now, Good = findings.IsWhole, Host = Environment.MachineName, Program = ProgramVersion.Name };
        try
        {
            var damaged = await DamagedAsync(repository, now);
            foreach (var point in findings.IsWhole ? damaged : findings.Losses.Keys.Except(damaged))
            {
                await RecordAsync(repository, draft with { RestorePoint = point, Damage = findings.Losses.TryGetValue(point, out var loss) ? [loss] : [] }, inState);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException || EngineRefusals.From(failure) is not null)
        {
            Log.NotWritten(logger, failure, string.Join(", ", findings.Losses.Keys));
        }
    }

    /// <summary>The restore points that are there and pass for damaged.</summary>
    private static async Task<IReadOnlySet<BlobId>> DamagedAsync(Repository repository, DateTimeOffset now)
    {
        var there = (await repository.RestorePointsAsync(static (_, _) => { }, CancellationToken.None)).Select(point => point.Id).ToHashSet();
        var records = VerificationRecords.Counting(await VerificationRecords.ReadAllAsync(repository, static _ => { }, CancellationToken.None), now);
        return records.GroupBy(record => record.RestorePoint).Where(group => there.Contains(group.Key) && VerificationRecords.TrustOf(group) is Trust.Damaged).Select(group => group.Key).ToHashSet();
    }

    private static VerificationEntry EntryOf(string id, string repositoryId, VerificationRecord record) => new()
    {
        Id = id,
        RepositoryId = repositoryId,
        ManifestId = record.RestorePoint.ToString(),
        Level = EnumText.Of(record.Level),
        Good = record.Good,
        StartedAt = record.StartedAt,
        FinishedAt = record.FinishedAt,
        RestoreTime = record.RestoreSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
    };

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "What the verification of restore point {RestorePoint} found could not be written down everywhere.")]
        public static partial void NotWritten(ILogger logger, Exception exception, string restorePoint);
    }
}
