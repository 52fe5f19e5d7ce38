namespace MmDrBot.Settings;

/// <summary>Section `Repository`: where restore points are kept, and the key to them.</summary>
internal record RepositoryOptions
{
    /// <summary>`file:///srv/mmdr` or `s3://bucket/prefix`.</summary>
    public string? Url { get; init; }

    /// <summary>The passphrase, or a recovery key. A secret.</summary>
    public string? Passphrase { get; init; }

    /// <summary>A command whose first line of output is the passphrase.</summary>
    public string? PassphraseCommand { get; init; }

    /// <summary>Whether it is at another site than the server, so that it outlives what destroys the site.</summary>
    public bool Offsite { get; init; }

    /// <summary>How to reach an S3 service.</summary>
    public S3Options S3 { get; init; } = new();

    /// <summary>Whether a bucket locks what is written.</summary>
    public ObjectLockOptions ObjectLock { get; init; } = new();
}
