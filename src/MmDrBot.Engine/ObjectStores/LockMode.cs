namespace MmDrBot.Engine.ObjectStores;

/// <summary>How firmly a store holds a locked object; the later is the firmer.</summary>
public enum LockMode
{
    /// <summary>Nobody deletes it before its time but those with the right to bypass locks.</summary>
    Governance,

    /// <summary>Nobody deletes it before its time: neither the account's owner nor the store's operator, and no setting takes that back.</summary>
    Compliance,
}
