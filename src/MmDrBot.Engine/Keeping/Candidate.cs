using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Verification;

namespace MmDrBot.Engine.Keeping;

/// <summary>A restore point with what is known of it.</summary>
internal sealed record Candidate(RestorePoint Point, Trust Trust, DateTimeOffset? ProvenAt, IReadOnlyList<Pin> Pins)
{
    /// <summary>Of two in the same place the one of the higher worth stays.</summary>
    internal int Worth => Trust is Trust.Damaged ? 0 : Point.State is RestorePointState.Partial ? 1 : 2;

    /// <summary>Newest first.</summary>
    internal static IReadOnlyList<Candidate> Of(RetentionFacts facts, DateTimeOffset now)
    {
        var records = VerificationRecords.Counting([.. facts.Verifications], now).OrderBy(record => record.FinishedAt).ToLookup(record => record.RestorePoint);
        var pins = facts.Pins.ToLookup(pin => pin.RestorePoint);
        return
        [
            .. facts.Points.Select(point =>
            {
                var trust = VerificationRecords.TrustOf(records[point.Id]);
                return new Candidate(point, trust, ProofOf(records[point.Id], trust), [.. pins[point.Id]]);
            }).OrderByDescending(candidate => candidate.Point.CreatedAt).ThenByDescending(candidate => candidate.Point.Id),
        ];
    }

    /// <summary>When it was last found good to the degree that it is trusted.</summary>
    private static DateTimeOffset? ProofOf(IEnumerable<VerificationRecord> records, Trust trust) =>
        records.LastOrDefault(record => record.Good && (int)record.Level + 1 == (int)trust)?.FinishedAt;
}
