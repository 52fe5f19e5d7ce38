namespace MmDrBot.Access;

/// <summary>
/// The one exception for "no". Its message is fit for the user, its hint says what to do next;
/// every other exception is a bug and is shown as a reference only.
/// </summary>
internal sealed class Refusal(RefusalReason reason, string message, string? hint = null, Exception? cause = null)
    : Exception(message, cause)
{
    public RefusalReason Reason { get; } = reason;

    public string? Hint { get; } = hint;

    /// <summary>The same by properties of the request, where it was found wrong; a form shows them at its fields.</summary>
    public IReadOnlyList<RefusalFault> Faults { get; init; } = [];
}
