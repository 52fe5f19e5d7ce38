using System.CommandLine;
using MmDrBot.TestKit.Samples;

namespace MmDrBot.Benchmarks;

/// <summary>Makes a sample Mattermost in an empty database and a folder.</summary>
internal sealed class MakeDataCommand : Command
{
    private readonly Option<string> database = new("--database") { Required = true, Description = "URI of an empty database" };
    private readonly Option<string> directory = new("--directory") { Required = true, Description = "folder that gets config/ and data/" };
    private readonly Option<int> posts = new("--posts") { DefaultValueFactory = _ => 1_500_000 };
    private readonly Option<int> files = new("--files") { DefaultValueFactory = _ => 30_000 };
    private readonly Option<long?> bytes = new("--bytes") { Description = "of all attachments together; as they fall unless told" };
    private readonly Option<int> users = new("--users") { DefaultValueFactory = _ => 500 };
    private readonly Option<int> seed = new("--seed") { DefaultValueFactory = _ => 1 };
    private readonly Option<bool> thumbnails = new("--thumbnails") { Description = "also write thumbnails and previews" };
    private readonly Option<bool> extras = new("--extras") { Description = "also make rare types, odd names, partitions" };

    public MakeDataCommand()
        : base("make-data", "Makes a database, config and files that belong together.")
    {
        Options.Add(database);
        Options.Add(directory);
        Options.Add(posts);
        Options.Add(files);
        Options.Add(bytes);
        Options.Add(users);
        Options.Add(seed);
        Options.Add(thumbnails);
        Options.Add(extras);
        SetAction(RunAsync);
    }

    private async Task RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var options = new SampleOptions
        {
            Users = result.GetValue(users),
            Channels = Math.Max(4, result.GetValue(users) / 4),
            Posts = result.GetValue(posts),
            Files = result.GetValue(files),
            TotalBytes = result.GetValue(bytes),
            Thumbnails = result.GetValue(thumbnails),
            Extras = result.GetValue(extras),
            Seed = result.GetValue(seed),
        };
        await SampleMattermost.CreateAsync(options, result.GetRequiredValue(database), result.GetRequiredValue(directory), cancellationToken);
    }
}
