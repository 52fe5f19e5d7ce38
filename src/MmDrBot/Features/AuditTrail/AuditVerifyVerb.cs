using MmDrBot.Protection;
using MmDrBot.Verbs;

namespace MmDrBot.Features.AuditTrail;

internal sealed class AuditVerifyVerb(ReadAuditTrail trail) : Verb
{
    internal override string Path => "audit verify";

    internal override string Description => "Checks the trail's chain, and compares it with the heads that were anchored in the repository.";

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var broken = await trail.VerifyAsync(invocation.Actor, cancellationToken);
        var check = await trail.CheckAnchorsAsync(invocation.Actor, cancellationToken);
        var good = broken is null && check.Problems.Count == 0;
        return Reply.Of(string.Join('\n', Lines(broken, check)), new { good, brokenAt = broken, anchors = check }) with { ExitCode = good ? ExitCodes.Ok : ExitCodes.Failed };
    }

    private static IEnumerable<string> Lines(long? broken, AnchorCheck check)
    {
        yield return broken is null ? "The chain is whole." : $"**The chain is broken at entry {broken}**: somebody changed the trail.";
        yield return $"It fits {Words.Count(check.Fitting, "anchor", "anchors")} in the repository.";
        if (check.Foreign > 0)
        {
            yield return $"{Words.Count(check.Foreign, "anchor belongs", "anchors belong")} to another chain: of a state database that was replaced; if none was, this trail was written anew.";
        }

        foreach (var problem in check.Problems)
        {
            yield return $"**Problem:** {problem}";
        }
    }
}
