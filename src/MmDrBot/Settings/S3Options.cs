using MmDrBot.Engine.ObjectStores.S3;

namespace MmDrBot.Settings;

/// <summary>Sections `Repository:S3` and `Restore:S3`: how to reach an S3 service; without keys the AWS credential chain is used.</summary>
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

    internal bool IsSet => !string.IsNullOrEmpty(Endpoint) || !string.IsNullOrEmpty(Region) || !string.IsNullOrEmpty(AccessKey);

    internal S3Address ToAddress(string bucket, string prefix) => new()
    {
        Bucket = bucket,
        Prefix = prefix,
        Endpoint = Endpoint ?? "",
        Region = Region ?? "",
        AccessKey = AccessKey ?? "",
        SecretKey = SecretKey ?? "",
        ForcePathStyle = ForcePathStyle ?? !string.IsNullOrEmpty(Endpoint),
    };
}
