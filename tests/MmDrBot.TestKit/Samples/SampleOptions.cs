namespace MmDrBot.TestKit.Samples;

/// <summary>How much of a Mattermost to make. Equal options make equal rows and files.</summary>
public sealed record SampleOptions
{
    public int Users { get; init; } = 40;

    public int Channels { get; init; } = 12;

    public int Posts { get; init; } = 500;

    /// <summary>Attachments; each has a row in fileinfo. Small other files (profile pictures, icons, a plugin) come on top.</summary>
    public int Files { get; init; } = 40;

    /// <summary>Bytes of all attachments together; null for sizes as they fall, some 40 kB each on average.</summary>
    public long? TotalBytes { get; init; }

    /// <summary>Share of the attachments whose content does not compress, 0 to 1.</summary>
    public double Incompressible { get; init; } = 0.7;

    /// <summary>Whether images get a thumbnail and a preview, as Mattermost makes them.</summary>
    public bool Thumbnails { get; init; } = true;

    /// <summary>Whether the database holds what a cautious backup must also survive: odd names, rare types, partitions, settings.</summary>
    public bool Extras { get; init; } = true;

    public int Seed { get; init; } = 1;
}
