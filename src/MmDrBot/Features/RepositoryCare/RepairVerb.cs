using System.CommandLine;
using System.Text.Json;
using MmDrBot.Jobs;
using MmDrBot.Verbs;

namespace MmDrBot.Features.RepositoryCare;

internal sealed class RepairVerb(RepairRepository repair, JobReports reports) : Verb
{
    private readonly Option<string?> _repository = RepositoryOption.Make();
    private readonly Option<string?> _from = new("--from") { Description = "The repository that good copies are taken from. Without, a copy, rather one with the same keys, or for a copy main.", HelpName = "NAME" };
    private readonly Option<bool> _readData = new("--read-data") { Description = "Read every pack from end to end, not only those that are missing or were found damaged." };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Only say what would be done." };

    internal override string Path => "repository repair";

    internal override string Description => "Mends what is damaged or missing from another repository, rebuilds indexes, and lists what is lost.";

    internal override string Details =>
        "Whatever is damaged or missing here and whole in the other repository is taken from it; the hash in its name proves it. Indexes are made again from the packs where one is damaged. Packs that had been found damaged and are whole are trusted again. A check follows, which reads everything where reading had found the damage. What is whole nowhere is listed by restore point, table and file; that, or what the check still finds, ends with 3. Restore points that were forgotten stay forgotten.";

    internal override IReadOnlyList<string> Examples => ["repository repair --dry-run", "repository repair --read-data", "repository repair --repository offsite --from main"];

    internal override void Shape(Command command)
    {
        foreach (var option in new Option[] { _repository, _from, _readData, _dryRun })
        {
            command.Options.Add(option);
        }
    }

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var request = new RepairRepositoryRequest(invocation.Value(_repository), invocation.Value(_from), invocation.Value(_readData), invocation.Value(_dryRun));
        var job = await repair.HandleAsync(request, invocation.Actor, invocation.Jobs.Launch, cancellationToken);
        return reports.Of(await invocation.Jobs.FollowAsync(job, cancellationToken));
    }
}

internal sealed class RepairReport : IJobReport
{
    private const int Shown = 20;

    public string Kind => RepairRepository.Kind;

    public string Title => "Repair";

    public string Success(Job job)
    {
        var (name, from, dryRun, result, check, _) = JsonSerializer.Deserialize<RepairOutcome>(job.ResultJson!, JobLauncher.Json)!;
        var would = dryRun ? "would be " : "";
        string[] lines =
        [
            dryRun ? "Nothing was changed." : "",
            $"{Words.Count(result.Mended.Count, "object", "objects")} of {name} {would}{(from is null ? "mended" : $"taken from {from}")}{(result.Resealed > 0 ? $", {Words.Count(result.Resealed, "blob", "blobs")} {would}stored anew" : "")}; {Words.Count(result.PacksRead, "pack was", "packs were")} read.",
            result.IndexRebuilt ? $"The indexes {(dryRun ? "would be" : "were")} made again from the packs." : "",
            result.Trusted > 0 ? $"{Words.Count(result.Trusted, "pack that had been found damaged is", "packs that had been found damaged are")} whole." : "",
            .. Cut(result.Mended.Select(item => $"- {item}")),
            result.Lost.Count > 0 ? $"**Lost**, since no good copy was found{(from is null ? " (there is no other repository)" : "")}:" : "",
            .. Cut(result.Lost.Select(item => $"- {item}")),
            .. result.Losses.SelectMany(loss => Cut(loss.Parts.Select(part => $"  - {part}")).Prepend($"Restore point `{Words.Short(loss.RestorePoint.ToString())}` of {Words.Time(loss.CreatedAt)} lacks:")),
            result.Lost.Count + result.Losses.Count > 0 ? "What the server still has, the next backup stores anew. Of what stays lost, `repository give-up` and `forget` end the waiting." : "",
            .. check is null ? [] : Checked(check),
        ];
        return string.Join('\n', lines.Where(line => line.Length > 0));
    }

    private static IEnumerable<string> Checked(CheckResult check) => check switch
    {
        { Good: false, Objects: 0 } => check.Damage,
        { Good: false } => Cut(check.Damage.Select(item => $"- {item}")).Prepend("**A check afterwards found**:"),
        { BytesRead: > 0 } => [$"A check afterwards found nothing lost or damaged; {Words.Bytes(check.BytesRead)} of packs were read."],
        _ => ["A check afterwards found nothing lost or damaged; packs are there, their bytes were not read (`repository check --read-data` does)."],
    };

    private static IEnumerable<string> Cut(IEnumerable<string> lines)
    {
        var all = lines.ToArray();
        return all.Length <= Shown ? all : [.. all.Take(Shown), $"- and {all.Length - Shown} more"];
    }
}
