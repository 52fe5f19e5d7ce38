using System.CommandLine;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Verification;

internal sealed class VerifyVerb(StartVerification start, JobReports reports) : Verb
{
    private readonly Argument<string> _id = new("ID") { Description = "Its id, the first digits of it, or `latest`.", Arity = ArgumentArity.ExactlyOne, CompletionSources = { "latest" } };

    private readonly Option<string> _level = new("--level") { Description = "structure (lists, indexes, packs present), data (every byte), drill (restored and compared) or boot (and Mattermost started on it).", DefaultValueFactory = _ => "structure", HelpName = "LEVEL", CompletionSources = { "structure", "data", "drill", "boot" } };

    private readonly Option<string?> _repository = RepositoryOption.Make();

    internal override string Path => "verify";

    internal override string Description => "Proves that a restore point is whole, or that it comes back.";

    internal override string Details =>
        "A drill restores into a scratch database and a scratch directory, compares every row and every byte with what is stored, and removes both. It takes the time of a restore, and that much room (docs/drills.md). For a drill, `latest` is the newest restore point with the most components.";

    internal override bool InChat => true;

    internal override bool Schedulable => true;

    internal override IReadOnlyList<string> Examples => ["verify latest", "verify 3f9a12c0 --level data", "verify latest --level drill"];

    internal override void Shape(Command command)
    {
        command.Arguments.Add(_id);
        command.Options.Add(_level);
        command.Options.Add(_repository);
    }

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var request = new StartVerificationRequest(invocation.Value(_id)!, invocation.Value(_level)!) { Repository = invocation.Value(_repository) };
        var job = await start.HandleAsync(request, invocation.Actor, invocation.Jobs.Launch, cancellationToken);
        return reports.Of(await invocation.Jobs.FollowAsync(job, cancellationToken));
    }
}
