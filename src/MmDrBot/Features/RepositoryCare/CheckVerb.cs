using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MmDrBot.Access;
using MmDrBot.Jobs;
using MmDrBot.Verbs;

namespace MmDrBot.Features.RepositoryCare;

internal sealed class CheckVerb(CheckRepository check, JobReports reports) : Verb
{
    private readonly Option<bool> _readData = new("--read-data") { Description = "Read every pack from end to end." };
    private readonly Option<string?> _subset = new("--read-data-subset") { Description = "Read a random share of the packs, such as 5%.", HelpName = "SHARE" };

    private readonly Option<string?> _repository = RepositoryOption.Make();

    internal override string Path => "repository check";

    internal override string Description => "Checks that nothing in the repository is lost or damaged.";

    internal override bool Schedulable => true;

    internal override IReadOnlyList<string> Examples => ["repository check", "repository check --read-data", "repository check --read-data-subset 5%"];

    internal override void Shape(Command command)
    {
        command.Options.Add(_readData);
        command.Options.Add(_subset);
        command.Options.Add(_repository);
    }

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var share = invocation.Value(_readData) ? 1 : invocation.Value(_subset) is { } text ? Share(text) : 0;
        var job = await check.HandleAsync(new CheckRepositoryRequest(share) { Repository = invocation.Value(_repository) }, invocation.Actor, invocation.Jobs.Launch, cancellationToken);
        return reports.Of(await invocation.Jobs.FollowAsync(job, cancellationToken));
    }

    private static double Share(string text) =>
        double.TryParse(text.TrimEnd('%'), NumberStyles.Float, CultureInfo.InvariantCulture, out var percent)
            ? percent / 100
            : throw new Refusal(RefusalReason.Invalid, $"{text} is no percentage.", "For instance --read-data-subset 5%.");
}

internal sealed class CheckReport : IJobReport
{
    public string Kind => CheckRepository.Kind;

    public string Title => "Check";

    public string Success(Job job)
    {
        var result = JsonSerializer.Deserialize<CheckResult>(job.ResultJson!, JobLauncher.Json)!;
        var read = result.BytesRead > 0 ? $", {Words.Bytes(result.BytesRead)} of packs were read and compared" : "; packs are there, their bytes were not read (`--read-data` does)";
        return string.Join('\n', [$"Nothing is lost or damaged: {Words.Count(result.Objects, "object", "objects")}{read}.", .. result.Notes.Take(20).Select(note => $"Note: {note}")]);
    }
}
