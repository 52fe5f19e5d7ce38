using MmDrBot.Access;
using MmDrBot.Sso;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Outages;

/// <summary>How results of conversions are drawn.</summary>
internal static class SsoTables
{
    internal static ReplyTable? Conversions(IReadOnlyList<ConversionView> conversions, DateTimeOffset? now, Invocation invocation) => conversions.Count == 0 ? null : new ReplyTable(
        ["Account", "Service", "State", "Ticket", "By", "Since", "Ends", "Problem"],
        [.. conversions.Select(one => new[] { $"@{one.Username}", one.Service, one.State, one.Ticket, one.RequestedBy, Since(one, now, invocation), one.ExpiresAt is { } ends ? invocation.Cell(ends) : "", one.Problem ?? "" })]);

    internal static ReplyTable Preflight(IReadOnlyList<PreflightCheck> checks) => new(
        ["", "Preflight", "What was found"],
        [.. checks.Select(check => new[] { check.IsOk ? "OK" : "FAILED", check.Name, check is { IsOk: false, Cure: { } cure } ? $"{check.Detail} {cure}" : check.Detail })]);

    /// <summary>One account in sentences, several as a table of the same.</summary>
    internal static Reply Converted(IReadOnlyList<ConversionResult> results)
    {
        var bad = results.Count(result => result.Outcome is ConversionOutcome.Refused or ConversionOutcome.Failed or ConversionOutcome.Unknown);
        var summary = $"{Words.Count(results.Count(result => result.Outcome is ConversionOutcome.Converted), "account", "accounts")} converted{(bad == 0 ? "" : $", **{bad} not**")}.";
        return new Reply
        {
            Text = results.Count == 1 ? Sentences(results[0]) : summary,
            Table = results.Count == 1 ? null : new ReplyTable(["Account", "Outcome", "Details"], [.. results.Select(result => new[] { result.Username is { } name ? $"@{name}" : result.Wanted, EnumText.Of(result.Outcome), Sentences(result) })]),
            Buttons = [SsoButtons.Convert],
            IsSecret = results.Any(result => result.Link is not null || result.TemporaryPassword is not null),
            Json = results,
            IsFailure = results.Count == 1 && bad == 1,
            ExitCode = bad == 0 ? ExitCodes.Ok : bad == results.Count ? ExitCodes.Failed : ExitCodes.Partly,
        };
    }

    internal static Reply Reverted(IReadOnlyList<RevertView> results)
    {
        var bad = results.Count(result => result.Outcome is not ("reverted" or "already_back"));
        return new Reply
        {
            Text = results.Count == 0 ? "Nobody is converted; there is nothing to bring back." : results.Count == 1 ? results[0].Message : $"{Words.Count(results.Count - bad, "account", "accounts")} brought back{(bad == 0 ? "" : $", **{bad} not**")}.",
            Table = results.Count <= 1 ? null : new ReplyTable(["Account", "Outcome", "Details"], [.. results.OrderBy(result => result.Outcome is "reverted" or "already_back").Select(result => new[] { $"@{result.Username}", result.Outcome, result.Message })]),
            Json = results,
            IsFailure = results.Count == 1 && bad == 1,
            ExitCode = bad == 0 ? ExitCodes.Ok : bad == results.Count ? ExitCodes.Failed : ExitCodes.Partly,
        };
    }

    /// <param name="mended">What was done about whom.</param>
    /// <param name="left">What is found afterwards, besides those who are converted by the books, too.</param>
    internal static Reply Mended(IReadOnlyList<RevertView> mended, IReadOnlyList<Drift> left)
    {
        var open = left.Where(drift => !drift.IsStraggler && mended.All(one => one.UserId != drift.UserId)).ToArray();
        var converted = left.Count(drift => drift.IsStraggler);
        var reply = mended.Count > 0 ? Reverted(mended) : Reverted(mended) with { Text = $"Nothing could be brought back by this.{(converted == 0 ? "" : $" {Words.Count(converted, "account is", "accounts are")} converted, as the books say: `sso revert --all` brings them back.")}" };
        return open.Length == 0 ? reply : reply with
        {
            Footer = $"**Not mended by this:**\n{string.Join('\n', open.Select(drift => $"- {drift.Message}"))}",
            ExitCode = reply.ExitCode is ExitCodes.Ok ? ExitCodes.Partly : reply.ExitCode,
        };
    }

    // As code: Mattermost looks at what it takes for a link to make a preview, and keeps its address, which here is the secret.
    private static string Sentences(ConversionResult result) => result switch
    {
        { Link: { } link } => $"{result.Message} Link: {Words.Code(link)}",
        { TemporaryPassword: { } password } => $"{result.Message} Password: {password}",
        _ => result.Message,
    };

    private static string Since(ConversionView one, DateTimeOffset? now, Invocation invocation)
    {
        var since = one.ConvertedAt ?? one.CreatedAt;
        return now is { } time ? $"{invocation.Cell(since)} ({Words.Duration(time - since)})" : invocation.Cell(since);
    }
}
