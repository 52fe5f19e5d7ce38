namespace MmDrBot.TestKit.Samples;

/// <summary>One attachment: its row in fileinfo and its bytes on disk agree in all that is here.</summary>
internal sealed record SampleFile(
    int Number, string Id, int Post, string CreatorId, string ChannelId, long CreateAt, string Name, string Mime, long Size, bool Compressible, bool HasThumbnail)
{
    public string Extension => Path.GetExtension(Name).TrimStart('.');

    /// <summary>Relative to the data directory, as fileinfo.path has it.</summary>
    public string StorePath => $"{Folder}/{Name}";

    public string? ThumbnailPath => HasThumbnail ? $"{Folder}/{Path.GetFileNameWithoutExtension(Name)}_thumb.jpg" : null;

    public string? PreviewPath => HasThumbnail ? $"{Folder}/{Path.GetFileNameWithoutExtension(Name)}_preview.jpg" : null;

    private string Folder =>
        $"{DateTimeOffset.FromUnixTimeMilliseconds(CreateAt):yyyyMMdd}/teams/noteam/channels/{ChannelId}/users/{CreatorId}/{Id}";
}
