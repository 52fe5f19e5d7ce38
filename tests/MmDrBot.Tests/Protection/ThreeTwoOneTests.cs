using MmDrBot.Protection;
using MmDrBot.Settings;

namespace MmDrBot.Tests.Protection;

public sealed class ThreeTwoOneTests
{
    private const string Local = "file:///srv/mmdr";
    private const string Bucket = "s3://bucket/dr";

    public static TheoryData<string, object, object?, object?, string?, bool, string> Cases => new()
    {
        { "main alone", First(Local), null, null, null, false, "there are 2 good copies" },
        { "main in a bucket alone", First(Bucket, offsite: true), null, null, null, false, "there are 2 good copies" },
        { "a copy in the same host", First(Local), Copy(Local), Good(offsite: false), null, false, "all of them are on this host" },
        { "a copy in a bucket that nobody calls off-site", First(Local), Copy(Bucket), Good(offsite: false), null, false, "none is off-site" },
        { "a bucket of this host", First(Local), Copy(Bucket, "http://127.0.0.1:9000", true), Good(), null, false, "all of them are on this host" },
        { "as it should be", First(Local), Copy(Bucket, "https://s3.example.org", true), Good(), null, true, "3 copies of the data (the server, main, offsite)" },
        { "main off-site, the copy near", First(Bucket, offsite: true), Copy(Local), Good(offsite: false), null, true, "off-site: main" },
        { "a directory mounted from elsewhere", First(Local), Copy(Local, offsite: true), Good(), null, true, "2 kinds of store" },
        { "behind", First(Local), Copy(Bucket, offsite: true), Good() with { Missing = 2, Lag = TimeSpan.FromHours(25) }, null, false, "offsite does not count: it is behind" },
        { "behind, but not too far", First(Local), Copy(Bucket, offsite: true), Good() with { Missing = 1, Lag = TimeSpan.FromHours(23) }, null, true, "3 copies" },
        { "damaged", First(Local), Copy(Bucket, offsite: true), Good() with { Damage = "packs/1 is damaged" }, null, false, "offsite does not count: it is damaged: packs/1" },
        { "never replicated to", First(Local), Copy(Bucket, offsite: true), Good() with { Copied = 0, ReplicatedAt = null }, null, false, "was never replicated to" },
        { "emptied", First(Local), Copy(Bucket, offsite: true), Good() with { Copied = 0, Forgotten = 3 }, null, false, "offsite does not count: it holds none" },
        { "main out of reach", First(Local), Copy(Bucket, offsite: true), Good(), "it can't be opened", false, "Main does not count: it can't be opened" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_rule_is_judged_with_a_reason(string about, object main, object? copy, object? standing, string? fault, bool kept, string words)
    {
        var settings = AppSettings.Unset with { Repository = (RepositoryOptions)main, Repositories = copy is CopyOptions options ? new Dictionary<string, CopyOptions> { ["offsite"] = options } : [] };

        var judged = ThreeTwoOne.Judge(settings, fault, standing is CopyStanding known ? [known] : []);

        Assert.True(kept == judged.Kept, $"{about}: {judged.Reason}");
        Assert.Contains(words, judged.Reason, StringComparison.OrdinalIgnoreCase);
        Assert.EndsWith(".", judged.Reason, StringComparison.Ordinal);
    }

    private static RepositoryOptions First(string url, bool offsite = false) => new() { Url = url, Offsite = offsite };

    private static CopyOptions Copy(string url, string? endpoint = null, bool offsite = false) => new() { Url = url, Offsite = offsite, S3 = new S3Options { Endpoint = endpoint } };

    private static CopyStanding Good(bool offsite = true) => new() { Name = "offsite", IsOffsite = offsite, Copied = 3, Missing = 0, MaximumLag = TimeSpan.FromHours(24), ReplicatedAt = DateTimeOffset.UnixEpoch };
}
