using System.CommandLine;
using MmDrBot.TestKit.S3;

namespace MmDrBot.Benchmarks;

/// <summary>Makes a bucket that stays, on the server that MMDR_TESTKIT_S3_* names.</summary>
internal sealed class MakeBucketCommand : Command
{
    private readonly Option<string> name = new("--name") { Required = true, Description = "the bucket's name" };

    public MakeBucketCommand()
        : base("make-bucket", "Makes a bucket on the S3 server of eng/s3-up.sh.")
    {
        Options.Add(name);
        SetAction(RunAsync);
    }

    private async Task RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        using var client = (await S3Server.SharedAsync()).CreateClient();
        await client.PutBucketAsync(result.GetRequiredValue(name), cancellationToken);
    }
}
