using System.CommandLine;
using MmDrBot.Access;
using MmDrBot.Interactions;
using MmDrBot.Jobs;
using MmDrBot.Verbs;

namespace MmDrBot.Features.JobHistory;

internal sealed class JobsVerb(JobHistory jobs) : Verb
{
    private const int Many = 25;

    private readonly Option<int> _limit = new("--limit") { Description = "How many, at most 100.", DefaultValueFactory = _ => 5, HelpName = "N" };

    internal override string Path => "jobs";

    internal override string Description => "Lists what was done lately, newest first.";

    internal override bool InChat => true;

    internal override IReadOnlyList<string> Examples => ["jobs", "jobs --limit 25"];

    internal override void Shape(Command command) => command.Options.Add(_limit);

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var limit = Math.Clamp(invocation.Value(_limit), 1, 100);
        var list = await jobs.ListAsync(limit, null, invocation.Actor, cancellationToken);
        return new Reply
        {
            Text = list.Count == 0 ? "Nothing was done yet." : null,
            Table = list.Count == 0 ? null : new ReplyTable(["Job", "Kind", "State", "By", "Asked"], [.. list.Select(job => new[] { job.Id, job.Kind, EnumText.Of(job.State), job.ActorName, invocation.Cell(job.CreatedAt) })]),
            Footer = list.Count == 0 ? null : invocation.Below(),
            Buttons = list.Count == limit && limit < Many ? [new Button("More", ["jobs", "--limit", $"{Many}"], Permission.ViewStatus)] : [],
            Json = list.Select(JobView.Of),
        };
    }
}

internal sealed class JobVerb(JobHistory jobs, JobReports reports) : Verb
{
    private readonly Argument<string> _id = new("ID") { Description = "The job's id, or the first characters of it.", Arity = ArgumentArity.ExactlyOne };

    internal override string Path => "job";

    internal override string Description => "Shows one job.";

    internal override bool InChat => true;

    internal override IReadOnlyList<string> Examples => ["job 01k9x3"];

    internal override void Shape(Command command) => command.Arguments.Add(_id);

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var job = await jobs.GetAsync(invocation.Value(_id)!, invocation.Actor, cancellationToken);
        return Reply.Of($"{reports.TextOf(job)}\nAsked by {job.ActorName}, {invocation.Time(job.CreatedAt)}.", JobView.Of(job));
    }
}

internal sealed class CancelVerb(JobHistory jobs) : Verb
{
    private readonly Argument<string> _id = new("ID") { Description = "The job's id, or the first characters of it.", Arity = ArgumentArity.ExactlyOne };

    internal override string Path => "cancel";

    internal override string Description => "Cancels a job.";

    internal override bool InChat => true;

    internal override IReadOnlyList<string> Examples => ["cancel 01k9x3"];

    internal override void Shape(Command command) => command.Arguments.Add(_id);

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var job = await jobs.CancelAsync(invocation.Value(_id)!, invocation.Actor, cancellationToken);
        return Reply.Of(job.State is JobState.Cancelled ? $"Job `{job.Id}` is cancelled." : $"Job `{job.Id}` was told to stop; that takes a few seconds.", JobView.Of(job));
    }
}
