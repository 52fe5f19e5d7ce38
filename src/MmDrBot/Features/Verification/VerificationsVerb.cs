using System.CommandLine;
using MmDrBot.Access;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Verification;

internal sealed class VerificationsVerb(ListVerifications list) : Verb
{
    private readonly ShortList _list = new();
    private readonly Argument<string?> _id = new("ID") { Description = "Only of this restore point: its id, the first digits of it, or `latest`.", Arity = ArgumentArity.ZeroOrOne, CompletionSources = { "latest" } };

    internal override string Path => "verifications";

    internal override string Description => "Lists what verifications and restore drills found, newest first.";

    internal override bool InChat => true;

    internal override IReadOnlyList<string> Examples => ["verifications", "verifications latest"];

    internal override void Shape(Command command)
    {
        command.Arguments.Add(_id);
        _list.AddTo(command);
    }

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var all = await list.HandleAsync(invocation.Value(_id), invocation.Actor, cancellationToken);
        var (shown, words) = (_list.Of(all, invocation), invocation.Value(_id) is { } id ? $"verifications {id}" : "verifications");
        return new Reply
        {
            Text = all.Count == 0 ? "Nothing was verified yet. `verify latest --level drill` restores the newest restore point and proves it." : null,
            Table = all.Count == 0 ? null : new ReplyTable(["Restore point", "When", "Level", "Found", "Restored in"], [.. shown.Select(item => Row(item, invocation))]),
            Footer = all.Count == 0 ? null : invocation.Below(ShortList.Rest(all.Count, shown.Count, words)),
            Buttons = ShortList.More(all.Count, shown.Count, words, Permission.ViewRestorePoints),
            Json = shown,
        };
    }

    private static IReadOnlyList<string> Row(VerificationView item, Invocation invocation) =>
        [Words.Short(item.RestorePoint), invocation.Cell(item.FinishedAt), item.Level, Found(item), item.RestoreSeconds is { } seconds ? Words.Duration(TimeSpan.FromSeconds(seconds)) : ""];

    private static string Found(VerificationView item) => item switch
    {
        { Good: false } => item.Damage.FirstOrDefault() ?? "damage",
        { BootFaults: [var fault, ..] } => $"good, but Mattermost did not run on it: {fault}",
        { NotProven.Count: > 0 } => $"good, {item.NotProven.Count} not proven",
        _ => "good",
    };
}
