using System.CommandLine;
using MmDrBot.Engine.Keeping;
using MmDrBot.Verbs;

namespace MmDrBot.Features.RestorePoints;

/// <summary>What the verbs around pins have in common.</summary>
internal abstract class PinVerb : Verb
{
    private readonly Argument<string> _id = new("ID") { Description = "The restore point's id, the first digits of it, or `latest`.", Arity = ArgumentArity.ExactlyOne, CompletionSources = { "latest" } };

    internal override bool InChat => true;

    internal override void Shape(Command command) => command.Arguments.Add(_id);

    protected string IdOf(Invocation invocation) => invocation.Value(_id)!;

    protected static Option<string?> Reason(string description) => new("--reason") { Description = description, HelpName = "TEXT" };

    /// <param name="pins">Of which restore point, and what was made or ended.</param>
    /// <param name="rest">What is said of it.</param>
    protected static Reply Answer(PinsView pins, string rest) => Reply.Of($"Restore point `{Words.Short(pins.RestorePoint)}` {rest}", pins);
}

internal sealed class PinAddVerb(PinRestorePoint pins) : PinVerb
{
    private readonly Option<string?> _reason = Reason("Why; stands beside it.");

    internal override string Path => "restore-point pin";

    internal override string Description => "Keeps a restore point until the pin is taken away, whatever policies and people say.";

    internal override IReadOnlyList<string> Examples => ["restore-point pin latest --reason \"before the move\""];

    internal override void Shape(Command command)
    {
        base.Shape(command);
        command.Options.Add(_reason);
    }

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var pin = await pins.AddAsync(IdOf(invocation), PinKind.Pin, invocation.Value(_reason), invocation.Actor, cancellationToken);
        return Answer(pin, "is pinned. `restore-point unpin` lets it go again.");
    }
}

internal sealed class PinRemoveVerb(PinRestorePoint pins) : PinVerb
{
    internal override string Path => "restore-point unpin";

    internal override string Description => "Takes the pin of a restore point away.";

    internal override IReadOnlyList<string> Examples => ["restore-point unpin latest"];

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var ended = await pins.UnpinAsync(IdOf(invocation), invocation.Actor, cancellationToken);
        return Answer(ended, "is not pinned any more.");
    }
}

internal sealed class HoldVerb(PinRestorePoint pins) : PinVerb
{
    private readonly Option<string?> _reason = Reason("For what matter; needed.");

    internal override string Path => "restore-point hold";

    internal override string Description => "Puts a restore point under legal hold. Only an administrator ends it, with a reason and a second person.";

    internal override IReadOnlyList<string> Examples => ["restore-point hold 3f9a12c0 --reason \"case 2026-17\""];

    internal override void Shape(Command command)
    {
        base.Shape(command);
        command.Options.Add(_reason);
    }

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var hold = await pins.AddAsync(IdOf(invocation), PinKind.Hold, invocation.Value(_reason), invocation.Actor, cancellationToken);
        return Answer(hold, $"is held (hold `{Words.Short(hold.Pins[0].Id)}`). Only `restore-point release` ends that.");
    }
}

internal sealed class ReleaseVerb(PinRestorePoint pins) : PinVerb
{
    private readonly Option<string?> _reason = Reason("Why it is over; needed.");
    private readonly Option<string?> _hold = new("--hold") { Description = "Which hold, where there are several.", HelpName = "HOLD" };

    internal override string Path => "restore-point release";

    internal override string Description => "Ends a legal hold.";

    internal override IReadOnlyList<string> Examples => ["restore-point release 3f9a12c0 --reason \"case 2026-17 is settled\""];

    internal override void Shape(Command command)
    {
        base.Shape(command);
        command.Options.Add(_reason);
        command.Options.Add(_hold);
    }

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var ended = await pins.ReleaseAsync(IdOf(invocation), invocation.Value(_hold), invocation.Value(_reason), invocation.Actor, cancellationToken);
        return Answer(ended, $"is not held any more by `{Words.Short(ended.Pins[0].Id)}`.");
    }
}
