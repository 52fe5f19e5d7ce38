namespace MmDrBot.Sso;

/// <summary>What is true of an account after it was to get a password.</summary>
internal enum PasswordState
{
    /// <summary>Mattermost said that it has the password, and the database shows no binding.</summary>
    Set,

    /// <summary>The database shows no binding, but no answer proves that the password is ours.</summary>
    Unproven,

    /// <summary>It is certain that nothing was changed.</summary>
    Unchanged,

    /// <summary>The binding is there, but a call of ours may still be on the way.</summary>
    Unknown,
}

/// <summary>What came of giving an account a password.</summary>
internal sealed record PasswordSet(PasswordState State, string? Password, string? Problem)
{
    /// <summary>Whether a call that was given up may still be carried out: until that has settled nobody else may work on the account.</summary>
    internal bool MayBeLate { get; init; }

    internal static PasswordSet NotSent { get; } = Unchanged("Cancelled before Mattermost was asked.");

    internal bool IsConverted => State is PasswordState.Set or PasswordState.Unproven;

    internal static PasswordSet Of(string password) => new(PasswordState.Set, password, null);

    internal static PasswordSet Unchanged(string problem) => new(PasswordState.Unchanged, null, problem);

    internal static PasswordSet Unproven(string problem) => new(PasswordState.Unproven, null, problem);

    internal static PasswordSet Unknown(string problem) => new(PasswordState.Unknown, null, problem);

    /// <summary>Without the password.</summary>
    public override string ToString() => $"{State} {Problem}";
}
