namespace MmDrBot.Sso;

/// <summary>Where an account stands between its sign-in service and its password. The first three are open.</summary>
internal enum ConversionState
{
    /// <summary>The ledger has it; Mattermost may or may not have been asked.</summary>
    Planned,

    /// <summary>The account signs in with a password.</summary>
    Converted,

    /// <summary>On its way back; Mattermost may or may not have been asked.</summary>
    Reverting,

    /// <summary>The account has its old binding again, by us.</summary>
    Reverted,

    /// <summary>It had its old binding again before we came.</summary>
    AlreadyBack,

    /// <summary>An administrator took it out of the books as it is.</summary>
    SignedOff,

    /// <summary>Nothing had been changed.</summary>
    RolledBack,
}
