namespace MmDrBot.Engine.Repositories;

/// <summary>A passphrase or recovery key. Prints as `***`.</summary>
public sealed class RepositorySecret(string value)
{
    internal string Value { get; } = RecoveryKey.SecretOf(value);

    /// <summary>True when nothing was given.</summary>
    public bool IsEmpty => Value.Length == 0;

    /// <inheritdoc/>
    public override string ToString() => "***";
}
