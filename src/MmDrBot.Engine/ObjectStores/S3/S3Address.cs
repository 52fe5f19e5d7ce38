namespace MmDrBot.Engine.ObjectStores.S3;

/// <summary>A bucket, the prefix in it, and how to sign in. Empty keys mean the AWS credential chain. Prints without the secret.</summary>
public sealed record S3Address
{
    /// <summary>The bucket.</summary>
    public required string Bucket { get; init; }

    /// <summary>Before every name; empty or ending in `/`.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>The service's URL, empty for AWS.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>The region; us-east-1 where none is given.</summary>
    public string Region { get; init; } = "";

    /// <summary>The access key.</summary>
    public string AccessKey { get; init; } = "";

    /// <summary>The secret key.</summary>
    public string SecretKey { get; init; } = "";

    /// <summary>Put the bucket into the path, as most servers other than AWS want.</summary>
    public bool ForcePathStyle { get; init; }

    /// <summary>How often the SDK tries again after errors that may pass.</summary>
    public int Retries { get; init; } = 6;

    /// <summary>The lock that objects are written with; null for none.</summary>
    public ObjectLock? Lock { get; init; }

    /// <summary>With a prefix that can stand right before a name.</summary>
    internal S3Address Normalized() => this with { Prefix = Prefix.Length == 0 || Prefix.EndsWith('/') ? Prefix : Prefix + "/" };

    /// <summary>Whether what is below one of the two may be below the other.</summary>
    internal bool Overlaps(S3Address other)
    {
        var (mine, theirs) = (Normalized().Prefix, other.Normalized().Prefix);
        return Bucket == other.Bucket && Endpoint.TrimEnd('/') == other.Endpoint.TrimEnd('/')
            && (mine.StartsWith(theirs, StringComparison.Ordinal) || theirs.StartsWith(mine, StringComparison.Ordinal));
    }

    /// <inheritdoc/>
    public override string ToString() => $"s3://{Bucket}/{Prefix}{(Endpoint.Length > 0 ? " at " + Endpoint : "")}";
}
