namespace MmDrBot.Engine.Verification;

/// <summary>How much a verification reads.</summary>
public enum VerificationLevel
{
    /// <summary>Manifest, lists and indexes are read; every pack is there with its size.</summary>
    Structure,

    /// <summary>Besides, every byte that the restore point needs is read, decrypted and compared with its id.</summary>
    Data,

    /// <summary>Besides, it is restored into a scratch database and a scratch directory, and what came of it is compared with the manifest.</summary>
    Drill,

    /// <summary>Besides, Mattermost is started on what was restored and answers.</summary>
    Boot,
}
