using MmDrBot.Engine.ObjectStores;

namespace MmDrBot.Engine.Locking;

/// <summary>An object that somebody else hid or wrote over.</summary>
/// <param name="History">All of its versions.</param>
/// <param name="Good">The version that holds what was written; null when none is left.</param>
internal sealed record TamperedObject(ObjectHistory History, StoredVersion? Good)
{
    internal string Name => History.Name;

    internal string Describe() => this switch
    {
        { Good: null } => $"{Name} was written over, and no version of it is left that is whole.",
        { History.IsHidden: true } => $"{Name} is hidden by a delete marker that this program did not make; its content is still there: `mmdr repository recover-hidden`.",
        _ => $"{Name} was written over; the version below is whole: `mmdr repository recover-hidden`.",
    };
}
