using System.Text.Json;
using MmDrBot.Engine.Maintenance;
using MmDrBot.Jobs;
using MmDrBot.Protection;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Retention;

/// <summary>What came of applying a policy.</summary>
internal sealed record RetentionOutcome
{
    /// <summary>`main`, or a copy by its name.</summary>
    public string Repository { get; init; } = KnownRepositories.Main;

    public required string Plan { get; init; }

    public int Kept { get; init; }

    public required IReadOnlyList<string> Forgotten { get; init; }

    /// <summary>Those that were to go, and stay since something changed meanwhile.</summary>
    public required IReadOnlyList<DecisionView> Spared { get; init; }

    public PruneResult? Pruned { get; init; }
}

internal sealed class RetentionReport : IJobReport
{
    public string Kind => ApplyRetention.Kind;

    public string Title => "Retention";

    public string Success(Job job)
    {
        var outcome = JsonSerializer.Deserialize<RetentionOutcome>(job.ResultJson!, JobLauncher.Json)!;
        return string.Join('\n', new[]
        {
            $"{Words.Count(outcome.Forgotten.Count, "restore point is", "restore points are")} forgotten{(outcome.Repository == KnownRepositories.Main ? "" : $" in {outcome.Repository}")}, {outcome.Kept} stay.",
            outcome.Spared.Count > 0 ? $"Spared, since something changed meanwhile: {string.Join("; ", outcome.Spared.Select(one => $"`{Words.Short(one.Id)}` ({one.Reasons.FirstOrDefault()})"))}." : "",
            outcome.Pruned is { } pruned ? Space(pruned) : "Their space is freed by a later `repository prune`.",
        }.Where(line => line.Length > 0));
    }

    private static string Space(PruneResult pruned) =>
        $"{Words.Count(pruned.Deleted, "pack", "packs")} ({Words.Bytes(pruned.DeletedBytes)}) deleted, {pruned.Condemned} newly condemned; a run a day later deletes those.{(pruned.Locked > 0 ? $" {Words.Count(pruned.Locked, "pack is", "packs are")} locked until {pruned.LockedUntil:yyyy-MM-dd HH:mm} UTC." : "")}";
}
