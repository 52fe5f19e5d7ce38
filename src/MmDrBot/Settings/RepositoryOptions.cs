namespace MmDrBot.Settings;

/// <summary>Section `Repository`: where restore points are kept, and the key to them.</summary>
internal sealed record RepositoryOptions
{
    /// <summary>`file:///srv/mmdr` or `s3://bucket/prefix`.</summary>
    public string? Url { get; init; }

    /// <summary>The passphrase, or a recovery key. A secret.</summary>
    public string? Passphrase { get; init; }

    /// <summary>A command whose first line of output is the passphrase.</summary>
    public string? PassphraseCommand { get; init; }

    /// <summary>How to reach an S3 service.</summary>
    public S3Options S3 { get; init; } = new();

    /// <summary>Section `Repository:S3`; without keys the AWS credential chain is used.</summary>
    internal sealed record S3Options
    {
        /// <summary>The service's URL; empty for AWS.</summary>
        public string? Endpoint { get; init; }

        /// <summary>The region; default us-east-1.</summary>
        public string? Region { get; init; }

        /// <summary>The access key.</summary>
        public string? AccessKey { get; init; }

        /// <summary>The secret key. A secret.</summary>
        public string? SecretKey { get; init; }

        /// <summary>Put the bucket into the path. Default: true when an endpoint is given.</summary>
        public bool? ForcePathStyle { get; init; }
    }
}
