using MmDrBot.Access;

namespace MmDrBot.Approvals;

/// <summary>Whether two actors are one person, as far as can be known: alice in chat and alice on the command line are.</summary>
internal static class Persons
{
    internal static bool AreTheSame(string one, string other) => string.Equals(PersonOf(one), PersonOf(other), StringComparison.OrdinalIgnoreCase);

    /// <summary>A key stands for itself, and for nobody who made it: its maker is asked about apart.</summary>
    internal static bool IsOwn(Actor actor, string requestedBy) =>
        AreTheSame(actor.Name, requestedBy) || (actor.KeyOwner is { } owner && !requestedBy.StartsWith("api-key:", StringComparison.Ordinal) && AreTheSame(owner, requestedBy));

    private static string PersonOf(string name) => name.StartsWith("api-key:", StringComparison.Ordinal) ? name : name[(name.IndexOf(':', StringComparison.Ordinal) + 1)..];
}
