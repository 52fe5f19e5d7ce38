using MmDrBot.Access;
using MmDrBot.Engine.ObjectStores.S3;
using MmDrBot.Protection;
using MmDrBot.Settings;

namespace MmDrBot.Features.Restores;

/// <summary>
/// Finds out how to reach the bucket that `--files s3://...` names: by the settings `Restore:S3`; where none is set, as Mattermost's own
/// configuration says if it names that bucket; else by AWS's credential chain. The repository's keys are never used there.
/// </summary>
internal sealed class FilesBucket(AppSettings settings, ProtectedServer server)
{
    internal static bool IsMeant(string target) => target.StartsWith("s3:", StringComparison.OrdinalIgnoreCase);

    internal static bool TryParse(string url, out string bucket, out string prefix)
    {
        var isGood = Uri.TryCreate(url, UriKind.Absolute, out var address) && address is { Scheme: "s3", Host.Length: > 0, UserInfo: "", Query: "", Fragment: "", IsDefaultPort: true };
        (bucket, prefix) = isGood ? (address!.Host, Uri.UnescapeDataString(address.AbsolutePath).Trim('/')) : ("", "");
        return isGood;
    }

    /// <returns>Null when the target is a directory.</returns>
    internal async Task<S3Address?> OfAsync(string? target, CancellationToken cancellationToken)
    {
        if (target is null || !IsMeant(target) || !TryParse(target, out var bucket, out var prefix))
        {
            return null;
        }

        var given = settings.Restore.S3;
        return given.IsSet || await ServersOwnAsync(bucket, cancellationToken) is not { } own
            ? given.ToAddress(bucket, prefix)
            : own with { Prefix = prefix };
    }

    private async Task<S3Address?> ServersOwnAsync(string bucket, CancellationToken cancellationToken)
    {
        try
        {
            return server.ConfigFile is not null && await server.BucketAsync(cancellationToken) is { } own && own.Bucket == bucket ? own : null;
        }
        catch (Refusal)
        {
            // On a new machine there may be no configuration yet.
            return null;
        }
    }
}
