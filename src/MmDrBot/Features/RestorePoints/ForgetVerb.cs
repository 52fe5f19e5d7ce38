using System.CommandLine;
using MmDrBot.Verbs;

namespace MmDrBot.Features.RestorePoints;

internal sealed class ForgetVerb(ForgetRestorePoint forget) : Verb
{
    private readonly Argument<string> _id = new("ID") { Description = "Its id, or the first digits of it.", Arity = ArgumentArity.ExactlyOne };

    private readonly Option<string?> _repository = RepositoryOption.Make();

    internal override string Path => "forget";

    internal override string Description => "Forgets one restore point; `repository prune` frees its space later.";

    internal override IReadOnlyList<string> Examples => ["forget 3f9a12c0"];

    internal override void Shape(Command command)
    {
        command.Arguments.Add(_id);
        command.Options.Add(_repository);
    }

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var id = await forget.HandleAsync(invocation.Value(_id)!, invocation.Value(_repository), invocation.Actor, cancellationToken);
        return Reply.Of($"Restore point `{Words.Short(id)}` is forgotten. `repository prune` frees its space.", new { forgotten = id });
    }
}
