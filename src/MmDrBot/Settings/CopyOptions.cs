using MmDrBot.Engine.Keeping;

namespace MmDrBot.Settings;

/// <summary>Section `Repositories:NAME`: a further repository that restore points of the first one are copied to.</summary>
internal sealed record CopyOptions : RepositoryOptions
{
    /// <summary>Copy each restore point as soon as it was taken.</summary>
    public bool AfterBackup { get; init; } = true;

    /// <summary>How often the service looks whether something is missing in the copy, and copies it; zero: never.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How old a restore point may be that is not in the copy yet, before that is a problem.</summary>
    public TimeSpan MaximumLag { get; init; } = TimeSpan.FromHours(24);

    /// <summary>What counts in the copy while nobody has set another policy for it. Without any, it keeps what it has.</summary>
    public RetentionPolicy Retention { get; init; } = new();

    /// <summary>Whether the copy is sealed with another key than the first repository: it has a passphrase of its own.</summary>
    internal bool HasOwnKey => Passphrase is { Length: > 0 } || PassphraseCommand is { Length: > 0 };
}
