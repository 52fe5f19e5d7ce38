namespace MmDrBot.Settings;

/// <summary>What may need a second person, by the settings.</summary>
internal enum GuardedOperation
{
    /// <summary>A restore that drops what its targets hold.</summary>
    RestoreInPlace,

    Prune,

    /// <summary>Converting a system administrator of Mattermost.</summary>
    ConvertAdmin,

    /// <summary>Converting more accounts at once than the settings allow one person.</summary>
    ConvertMany,

    /// <summary>Taking somebody who is still converted out of the books.</summary>
    SignOff,

    /// <summary>Ending a legal hold.</summary>
    ReleaseHold,
}
