using System.CommandLine;
using System.Text.Json;
using MmDrBot.Jobs;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Copies;

internal sealed class ReplicateVerb(Replicate replicate, JobReports reports) : Verb
{
    private readonly Argument<string?> _copy = new("NAME") { Description = "The copy, as the settings name it; not needed where there is only one.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _point = new("--restore-point") { Description = "Only this restore point: its id, the first digits of it, or `latest`.", HelpName = "ID" };

    internal override string Path => "replicate";

    internal override bool Schedulable => true;

    internal override string Description => "Copies restore points to another repository.";

    internal override bool InChat => true;

    internal override string Details =>
        "What the copy lacks is copied, the newest restore point first, and proven on arrival; what has arrived is not sent twice, so a broken run is simply started again. A restore point that names its copies (`backup --copies`) goes to those alone. A copy keeps what it has until it is forgotten there: by a policy of its own (`retention set --repository NAME`), or by hand. The service does this by itself after each backup and every hour.";

    internal override IReadOnlyList<string> Examples => ["replicate", "replicate offsite", "replicate offsite --restore-point latest"];

    internal override void Shape(Command command)
    {
        command.Arguments.Add(_copy);
        command.Options.Add(_point);
    }

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var job = await replicate.HandleAsync(invocation.Value(_copy), invocation.Value(_point), invocation.Actor, invocation.Jobs.Launch, cancellationToken);
        return reports.Of(await invocation.Jobs.FollowAsync(job, cancellationToken));
    }
}

internal sealed class ReplicateReport : IJobReport
{
    private const int Shown = 10;

    public string Kind => ReplicationQueue.Kind;

    public string Title => "Replication";

    public string Success(Job job)
    {
        var result = JsonSerializer.Deserialize<ReplicateResult>(job.ResultJson!, JobLauncher.Json)!;
        return string.Join('\n', ((string[])
        [
            $"{(result.Copied.Count == 0 ? "No restore point was missing" : $"{Words.Count(result.Copied.Count, "restore point", "restore points")} copied")} in {result.Copy} ({result.Location}): {Words.Count(result.Packs, "pack", "packs")}, {Words.Bytes(result.Bytes)}, and {Words.Count(result.Records, "other object", "other objects")} were sent.",
            $"It holds {result.Held} of {Words.Count(result.Held + result.Missing, "restore point", "restore points")} that are for it{(result.ForgottenThere > 0 ? $"; {result.ForgottenThere} more were forgotten there" : "")}.",
            result.Confirmed + result.ReadBack > 0 ? $"Proven on arrival: {result.Confirmed} by the store's own checksum, {result.ReadBack} read back." : "",
            result.LockedUntil is { } until ? $"What it holds is locked until {until:yyyy-MM-dd HH:mm} UTC or longer." : "",
            .. result.Notes.Take(Shown).Select(note => $"Note: {note}"),
            .. result.Problems.Take(Shown).Select(problem => $"Problem: {problem}"),
            result.Problems.Count > Shown ? $"... and {result.Problems.Count - Shown} more." : "",
        ]).Where(line => line.Length > 0));
    }
}
