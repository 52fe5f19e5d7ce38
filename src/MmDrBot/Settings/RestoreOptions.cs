namespace MmDrBot.Settings;

/// <summary>Section `Restore`: how to reach the bucket that a file store is restored into.</summary>
internal sealed record RestoreOptions
{
    /// <summary>The S3 service of `mmdr restore --files s3://...`; never mixed with the repository's.</summary>
    public S3Options S3 { get; init; } = new();
}
