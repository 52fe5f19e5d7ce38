namespace MmDrBot.Sso;

/// <summary>What became of one account on its way back.</summary>
internal sealed record RevertResult(Conversion Conversion, RevertOutcome Outcome, string Message)
{
    /// <summary>The binding is set, but caches or sessions could not be cleared.</summary>
    internal bool IsHalfBack { get; init; }

    /// <summary>What was changed about the account meanwhile, with its cure; null where nothing was.</summary>
    internal string? Remark { get; init; }

    internal bool IsBack => Outcome is RevertOutcome.Reverted or RevertOutcome.AlreadyBack;
}

internal enum RevertOutcome
{
    Reverted,

    /// <summary>Others had brought it back; caches and sessions were cleared all the same.</summary>
    AlreadyBack,

    /// <summary>Another account holds the binding.</summary>
    BindingTaken,

    /// <summary>Somebody gave the account another binding meanwhile.</summary>
    ChangedOutside,

    /// <summary>The account does not exist any more.</summary>
    AccountGone,

    Failed,

    /// <summary>Another call works on it.</summary>
    Busy,
}
