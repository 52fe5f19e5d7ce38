using System.CommandLine;
using MmDrBot.Verbs;

namespace MmDrBot.Features.RestorePoints;

internal sealed class ForgetVerb(ForgetRestorePoint forget) : Verb
{
    private readonly Argument<string> _id = new("ID") { Description = "Its id, or the first digits of it.", Arity = ArgumentArity.ExactlyOne };

    private readonly Option<string?> _repository = RepositoryOption.Make();
    private readonly Option<bool> _evenLast = new("--even-last") { Description = "Even if no other restore point is left." };

    internal override string Path => "forget";

    internal override string Description => "Forgets one restore point; `repository prune` frees its space later.";

    internal override IReadOnlyList<string> Examples => ["forget 3f9a12c0"];

    internal override void Shape(Command command)
    {
        command.Arguments.Add(_id);
        command.Options.Add(_repository);
        command.Options.Add(_evenLast);
    }

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var id = await forget.HandleAsync(invocation.Value(_id)!, invocation.Value(_repository), invocation.Value(_evenLast), invocation.Actor, cancellationToken);
        return Reply.Of($"Restore point `{Words.Short(id)}` is forgotten. `repository prune` frees its space.", new { forgotten = id });
    }
}
