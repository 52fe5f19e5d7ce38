using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using MmDrBot.TestKit.Tools;

namespace MmDrBot.TestKit.S3;

/// <summary>A real S3 server (Ceph's RADOS gateway) shared by all tests; each test makes buckets of its own in it.</summary>
public sealed class S3Server
{
    private const string Prefix = "MMDR_TESTKIT_S3_";
    private static readonly Lazy<Task<S3Server>> Shared = new(StartAsync);
    private readonly IReadOnlyDictionary<string, string> facts;

    private S3Server(IReadOnlyDictionary<string, string> facts) => this.facts = facts;

    /// <summary>For example <c>http://127.0.0.1:19000</c>; buckets are addressed by path.</summary>
    public string Endpoint => facts["ENDPOINT"];

    /// <summary>The same server over TLS, null where the environment does not name it.</summary>
    public string? TlsEndpoint => facts.GetValueOrDefault("TLS_ENDPOINT");

    /// <summary>File with the self-signed certificate of <see cref="TlsEndpoint"/>.</summary>
    public string? TlsCertificate => facts.GetValueOrDefault("TLS_CERTIFICATE");

    public string AccessKey => facts["ACCESS_KEY"];

    public string SecretKey => facts["SECRET_KEY"];

    public string Region => facts.GetValueOrDefault("REGION", "us-east-1");

    /// <summary>The server named by MMDR_TESTKIT_S3_*, else one started by eng/s3-up.sh.</summary>
    public static Task<S3Server> SharedAsync() => Shared.Value;

    /// <summary>Makes a bucket with a unique name; disposing it deletes what can be deleted.</summary>
    /// <param name="objectLock">True for a versioned bucket with Object Lock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<TestBucket> CreateBucketAsync(bool objectLock = false, CancellationToken cancellationToken = default)
    {
        var client = CreateClient();
        var name = $"mmdr-{Guid.NewGuid():N}"[..21];
        await client.PutBucketAsync(new PutBucketRequest { BucketName = name, ObjectLockEnabledForBucket = objectLock }, cancellationToken);

        return new(client, name);
    }

    /// <summary>
    /// A client that the caller disposes. It sends no trailing checksums, which this server answers with 400:
    /// requests for PutObject have to set <c>UseChunkEncoding = false</c> as well.
    /// </summary>
    public IAmazonS3 CreateClient() => new AmazonS3Client(
        new BasicAWSCredentials(AccessKey, SecretKey),
        new AmazonS3Config
        {
            ServiceURL = Endpoint,
            AuthenticationRegion = Region,
            ForcePathStyle = true,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        });

    private static async Task<S3Server> StartAsync()
    {
        var environment = Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
            .Select(entry => KeyValuePair.Create((string)entry.Key, (string)entry.Value!));
        var given = Read(environment);

        return new(given.ContainsKey("ENDPOINT") ? given : Read(Parse(await SharedServers.StartAsync("s3-up.sh", "s3"))));
    }

    private static IEnumerable<KeyValuePair<string, string>> Parse(string lines) =>
        from line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        let parts = line.Split('=', 2)
        select KeyValuePair.Create(parts[0], parts[1]);

    private static Dictionary<string, string> Read(IEnumerable<KeyValuePair<string, string>> pairs) =>
        pairs.Where(pair => pair.Key.StartsWith(Prefix, StringComparison.Ordinal) && pair.Value.Length > 0)
            .ToDictionary(pair => pair.Key[Prefix.Length..], pair => pair.Value);
}
