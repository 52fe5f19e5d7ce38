namespace MmDrBot.Engine.Verification;

/// <summary>How far a restore point has been proven good.</summary>
public enum Trust
{
    /// <summary>It was committed; nobody has looked at it since.</summary>
    Taken,

    /// <summary>A verification of the level <see cref="VerificationLevel.Structure"/> was the best so far.</summary>
    StructureVerified,

    /// <summary>A verification of the level <see cref="VerificationLevel.Data"/> was the best so far.</summary>
    DataVerified,

    /// <summary>It was restored, and what was restored was right.</summary>
    Drilled,

    /// <summary>Mattermost ran on what was restored.</summary>
    Booted,

    /// <summary>A verification found damage, and none of the same level or a higher one found it good since.</summary>
    Damaged,
}
