namespace MmDrBot.Engine.Repositories;

/// <summary>How hard to compress; the value is zstd's level.</summary>
internal enum CompressionEffort
{
    /// <summary>For attachments: most are compressed already, and on the rest the higher level gains one or two per cent at twice the cost.</summary>
    Fast = 1,

    /// <summary>For rows and lists: the next level gains four per cent on posts and takes half as long again.</summary>
    Thorough = 2,
}
