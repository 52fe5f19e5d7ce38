using MmDrBot.Access;
using MmDrBot.Engine.Keeping;
using MmDrBot.Engine.Repositories;
using MmDrBot.Protection;

namespace MmDrBot.Features.Retention;

/// <summary>What a policy would do now.</summary>
internal sealed record PlanView
{
    /// <summary>`main`, or a copy by its name.</summary>
    public required string Repository { get; init; }

    /// <summary>Names the plan: what removes the same restore points of a repository by the same policy has the same one.</summary>
    public required string Plan { get; init; }

    public required RetentionPolicy Policy { get; init; }

    /// <summary>Why nothing at all is removed, whatever the policy says.</summary>
    public string? Hindrance { get; init; }

    /// <summary>Why what somebody set can't be known, so that the settings count; null: it is known.</summary>
    public string? Unavailable { get; init; }

    /// <summary>Whether the plan has to be confirmed as well: the policy was never applied and would remove more than a third, or it is not known what was set.</summary>
    public bool AsksTwice { get; init; }

    public int Kept { get; init; }

    public int Removed { get; init; }

    /// <summary>Bytes that were new when those that go were taken; prune frees what of them no other restore point needs.</summary>
    public long RemovedNewBytes { get; init; }

    /// <summary>Newest first.</summary>
    public required IReadOnlyList<DecisionView> Decisions { get; init; }

    internal static PlanView Of(RetentionPlan plan, string? unavailable, bool asksTwice) => new()
    {
        Repository = plan.Place ?? KnownRepositories.Main,
        Plan = plan.Fingerprint,
        Policy = plan.Policy,
        Hindrance = plan.Hindrance,
        Unavailable = unavailable,
        AsksTwice = asksTwice || (unavailable is not null && plan.Removed.Count > 0),
        Kept = plan.Decisions.Count - plan.Removed.Count,
        Removed = plan.Removed.Count,
        RemovedNewBytes = plan.Removed.Sum(point => point.NewBytes),
        Decisions = [.. plan.Decisions.Select(DecisionView.Of)],
    };
}

/// <summary>Whether one restore point stays, and why.</summary>
internal sealed record DecisionView
{
    /// <summary>64 hex digits.</summary>
    public required string Id { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public string? Label { get; init; }

    public IReadOnlyList<string> Components { get; init; } = [];

    /// <summary>complete or partial.</summary>
    public required string State { get; init; }

    /// <summary>taken, structure_verified, data_verified, drilled, booted or damaged.</summary>
    public required string Trust { get; init; }

    public bool Keep { get; init; }

    /// <summary>Each is enough to keep it; or all together let it go.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    internal static DecisionView Of(RetentionDecision decision) => Of(decision.Point) with { Trust = EnumText.Of(decision.Trust), Keep = decision.Keep, Reasons = decision.Reasons };

    private static DecisionView Of(RestorePoint point) => new() { Id = point.Id.ToString(), CreatedAt = point.CreatedAt, Label = point.Label, Components = point.Components, State = EnumText.Of(point.State), Trust = "" };
}
