namespace MmDrBot.TestKit.Samples;

/// <summary>Keeps the random numbers of different things apart.</summary>
internal enum SampleKind
{
    Team = 1,
    Channel,
    User,
    Post,
    PostId,
    File,
    FileId,
    FileBytes,
    Session,
    Secret,
    Small,
}
