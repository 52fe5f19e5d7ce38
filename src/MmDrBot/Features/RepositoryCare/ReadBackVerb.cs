using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MmDrBot.Jobs;
using MmDrBot.Verbs;

namespace MmDrBot.Features.RepositoryCare;

internal sealed class ReadBackVerb(ReadBackRepository readBack, JobReports reports) : Verb
{
    private readonly Option<string?> _share = new("--share") { Description = "How much of the repository to read, such as 1/30 or 5%. Without: a day's turn, so that every byte is read within 30 days (MMDR_Drills__ReadBackDays), and what missed days left.", HelpName = "SHARE" };

    private readonly Option<string?> _repository = RepositoryOption.Make();

    internal override string Path => "repository read-back";

    internal override bool Schedulable => true;

    internal override string Description => "Reads the part of the repository that was read the longest ago.";

    internal override string Details => "Run it every day: each pack has its turn, so that rot on the disk or in the bucket is found within 30 days. What is found damaged is stored anew by the next backup, as far as the server still has it.";

    internal override IReadOnlyList<string> Examples => ["repository read-back", "repository read-back --share 10%", "repository read-back --repository offsite"];

    internal override void Shape(Command command)
    {
        command.Options.Add(_share);
        command.Options.Add(_repository);
    }

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var request = new ReadBackRequest(invocation.Value(_share) is { } text ? ReadBackRepository.Share(text) : null) { Repository = invocation.Value(_repository) };
        var job = await readBack.HandleAsync(request, invocation.Actor, invocation.Jobs.Launch, cancellationToken);
        return reports.Of(await invocation.Jobs.FollowAsync(job, cancellationToken));
    }
}

internal sealed class ReadBackReport : IJobReport
{
    public string Kind => ReadBackRepository.Kind;

    public string Title => "Read-back";

    public string Success(Job job)
    {
        var result = JsonSerializer.Deserialize<ReadBackResult>(job.ResultJson!, JobLauncher.Json)!;
        var share = result.BytesTotal > 0 ? string.Create(CultureInfo.InvariantCulture, $"{100.0 * result.BytesRead / result.BytesTotal:0.#} %") : "all";
        var next = result.OldestAt is { } at ? $" Of the rest, none waits since before {at:yyyy-MM-dd HH:mm} UTC." : "";
        return string.Join('\n', [$"{Words.Count(result.Packs, "pack", "packs")}, {Words.Bytes(result.BytesRead)} ({share} of the repository), were read and are as they were written.{next}", .. result.Notes.Take(20).Select(note => $"Note: {note}")]);
    }
}
