using System.CommandLine;
using MmDrBot.Verbs;

namespace MmDrBot.Features.RepositoryCare;

internal sealed class GiveUpVerb(GiveUpLost giveUp) : Verb
{
    private readonly Argument<string> _id = new("OBJECT") { Description = "The lost object's name as `repository check` has it, or the first digits of its id.", Arity = ArgumentArity.ExactlyOne };
    private readonly Option<string> _reason = new("--reason") { Description = "Why nobody waits for it; it is kept in the repository.", Required = true, HelpName = "TEXT" };

    private readonly Option<string?> _repository = RepositoryOption.Make();

    internal override string Path => "repository give-up";

    internal override string Description => "Gives up a manifest or another small object that is lost for good, so that it blocks nothing any more.";

    internal override IReadOnlyList<string> Examples => ["repository give-up manifests/3f9a12c0 --reason 'the bucket lost it on May 3rd; no copy'"];

    internal override void Shape(Command command)
    {
        command.Arguments.Add(_id);
        command.Options.Add(_reason);
        command.Options.Add(_repository);
    }

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var name = await giveUp.HandleAsync(new GiveUpLostRequest(invocation.Value(_id)!, invocation.Value(_reason)!, invocation.Value(_repository)), invocation.Actor, cancellationToken);
        return Reply.Of($"{name} is given up: `repository check` notes it from now on, and nothing waits for it. A good copy that is put back counts again.", new { givenUp = name });
    }
}
