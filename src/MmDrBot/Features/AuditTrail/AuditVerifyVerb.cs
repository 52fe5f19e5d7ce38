using System.CommandLine;
using MmDrBot.Protection;
using MmDrBot.Verbs;

namespace MmDrBot.Features.AuditTrail;

internal sealed class AuditVerifyVerb(ReadAuditTrail trail) : Verb
{
    private readonly Option<bool> _replaced = new("--replaced-state") { Description = "The state database was replaced: anchors of another chain are no fault." };

    internal override string Path => "audit verify";

    internal override string Description => "Checks the trail's chain, and compares it with the heads that were anchored in the repository.";

    internal override IReadOnlyList<string> Examples => ["audit verify", "audit verify --replaced-state"];

    internal override void Shape(Command command) => command.Options.Add(_replaced);

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var judged = await trail.JudgeAsync(invocation.Value(_replaced), invocation.Actor, cancellationToken);
        return Reply.Of(string.Join('\n', Lines(judged.BrokenAt, judged.Anchors)), judged) with { ExitCode = judged.Good ? ExitCodes.Ok : ExitCodes.Failed };
    }

    private static IEnumerable<string> Lines(long? broken, AnchorCheck check)
    {
        yield return broken is null ? "The chain is whole." : $"**The chain is broken at entry {broken}**: somebody changed the trail.";
        yield return $"It fits {Words.Count(check.Fitting, "anchor", "anchors")} in the repository.";
        if (check.Foreign > 0)
        {
            yield return $"{Words.Count(check.Foreign, "anchor belongs", "anchors belong")} to another chain. If the state database was replaced, say --replaced-state; if not, this trail was emptied or written anew.";
        }

        foreach (var problem in check.Problems)
        {
            yield return $"**Problem:** {problem}";
        }
    }
}
