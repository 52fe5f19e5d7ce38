namespace MmDrBot.Engine.Restore;

/// <summary>The content types that Mattermost gives its objects: of some pictures by their names, for all else one that says nothing (server/platform/shared/filestore/s3store.go).</summary>
internal static class ContentTypes
{
    internal const string Unknown = "binary/octet-stream";

    internal static string Of(string key) => Path.GetExtension(key).ToLowerInvariant() switch
    {
        ".jpg" or ".jpeg" => "image/jpeg",
        ".gif" => "image/gif",
        ".bmp" => "image/bmp",
        ".png" => "image/png",
        ".tiff" => "image/tiff",
        _ => Unknown,
    };
}
