namespace MmDrBot.Engine.Repositories;

/// <summary>What opens a key slot.</summary>
public enum KeyKind
{
    /// <summary>A passphrase that a person chose.</summary>
    Passphrase,

    /// <summary>A random key, printed once, for the safe.</summary>
    Recovery,
}
