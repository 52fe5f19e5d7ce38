using System.CommandLine;
using MmDrBot.TestKit.Samples;

namespace MmDrBot.Benchmarks;

/// <summary>Adds new posts and files to a sample that make-data made.</summary>
internal sealed class GrowCommand : Command
{
    private readonly Option<string> database = new("--database") { Required = true, Description = "URI of the sample's database" };
    private readonly Option<string> directory = new("--directory") { Required = true, Description = "folder with its config/ and data/" };
    private readonly Option<double> fraction = new("--fraction") { DefaultValueFactory = _ => 0.01, Description = "share of the first posts and files" };

    public GrowCommand()
        : base("grow", "Adds posts and files, one per cent unless told.")
    {
        Options.Add(database);
        Options.Add(directory);
        Options.Add(fraction);
        SetAction(RunAsync);
    }

    private async Task RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var sample = await SampleMattermost.OpenAsync(result.GetRequiredValue(database), result.GetRequiredValue(directory), cancellationToken);
        await sample.GrowAsync(result.GetValue(fraction), cancellationToken);
    }
}
