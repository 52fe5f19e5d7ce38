using System.Globalization;
using MmDrBot.Engine.Keeping;
using MmDrBot.Protection;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Retention;

/// <summary>Policies and plans in words.</summary>
internal static class RetentionWords
{
    private const int ReasonsShown = 3;

    internal static string Of(CurrentPolicy current)
    {
        var copy = current.Repository == KnownRepositories.Main ? null : current.Repository;
        var from = current.Source switch
        {
            "state" => $"Set by {current.SetBy} on {current.SetAt!.Value.UtcDateTime:yyyy-MM-dd HH:mm} UTC.",
            "settings" => $"From the settings (`MMDR_{(copy is null ? "" : $"Repositories__{copy}__")}Retention__...`).",
            _ => $"There is no retention policy{(copy is null ? "" : $" for {copy}")}, so nothing is ever removed{(copy is null ? "" : " there")}. `retention set{There(copy)} --daily 7 --weekly 5 --monthly 12` sets one, for instance.",
        };
        var unavailable = current.Unavailable is { } why ? $"\nWhat somebody may have set can't be known: {why}" : "";
        return current.Source == "none" ? from + unavailable : $"**Retention policy{(copy is null ? "" : $" of {copy}")}** `{current.Policy.Fingerprint}`\n{string.Join('\n', Lines(current))}\n{from}{unavailable}";
    }

    /// <summary>What names a repository in a command; nothing for the first one.</summary>
    internal static IReadOnlyList<string> OptionsFor(string? repository) => repository is null or KnownRepositories.Main ? [] : ["--repository", repository];

    internal static string There(string? repository) => string.Concat(OptionsFor(repository).Select(word => $" {word}"));

    internal static ReplyTable? Table(PlanView plan, Invocation invocation) => plan.Decisions.Count == 0 ? null : new ReplyTable(
        ["", "Id", "Taken", "Label", "Trust", "Why"],
        [.. plan.Decisions.Select(decision => (IReadOnlyList<string>)[decision.Keep ? "keep" : "REMOVE", Words.Short(decision.Id), invocation.Cell(decision.CreatedAt), decision.Label ?? "", decision.Trust.Replace('_', ' '), Why(decision)])]);

    internal static string Summary(PlanView plan) =>
        plan.Hindrance is { } hindrance ? $"Nothing would be removed: {hindrance}."
        : plan.Policy.IsEmpty ? "There is no retention policy, so nothing is ever removed."
        : plan.Removed == 0 ? $"Plan `{plan.Plan}`: all {Words.Count(plan.Kept, "restore point stays", "restore points stay")}."
        : $"Plan `{plan.Plan}`: {Words.Count(plan.Removed, "restore point would go", "restore points would go")}, {plan.Kept} would stay. Those that go had brought {Words.Bytes(plan.RemovedNewBytes)} that were new; what of it no other needs is freed by prune.{Twice(plan)}";

    private static string Twice(PlanView plan) =>
        plan.Unavailable is { } why ? $" What policy somebody may have set can't be known, so these are the settings, and it has to be confirmed twice: {why}"
        : plan.AsksTwice ? " That is more than a third, by a policy that was never applied: it has to be confirmed twice."
        : "";

    private static string Why(DecisionView decision) =>
        decision.Reasons.Count <= ReasonsShown ? string.Join("; ", decision.Reasons) : $"{string.Join("; ", decision.Reasons.OrderBy(IsAbstract).Take(ReasonsShown))}; …";

    /// <summary>What stands in a policy says more than what holds for every repository.</summary>
    private static int IsAbstract(string reason) => reason.StartsWith("the newest", StringComparison.Ordinal) && reason != "the newest" ? 1 : 0;

    private static IEnumerable<string> Lines(CurrentPolicy current) =>
    [
        $"Default: {Rule(current.Policy.Default)}.",
        .. current.Policy.Labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"Label {Words.Code(label.Key)}: {Rule(label.Value)}."),
        $"Days are those of {current.Policy.TimeZone}. Nothing goes while the newest restore point is older than {(current.Policy.NewestWithin is { } within ? Time(within) : current.Repository == KnownRepositories.Main ? "backups may be by the alarms (`MMDR_Alarms__Rpo__...`)" : "three times the usual pause")}.",
    ];

    private static string Rule(RetentionRule rule)
    {
        (string Name, int Count)[] counts = [("last", rule.Last), ("hourly", rule.Hourly), ("daily", rule.Daily), ("weekly", rule.Weekly), ("monthly", rule.Monthly), ("yearly", rule.Yearly)];
        var parts = counts.Where(item => item.Count > 0).Select(item => string.Create(CultureInfo.InvariantCulture, $"{item.Name} {item.Count}"));
        return rule.IsEmpty ? "all stay" : string.Join(", ", rule.Within is { } within ? parts.Append($"within {Time(within)}") : parts);
    }

    private static string Time(TimeSpan time) => time.Ticks % TimeSpan.TicksPerDay == 0 ? Words.Count(time.Days, "day", "days") : string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.##} hours");
}
