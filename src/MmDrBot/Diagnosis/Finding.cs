using MmDrBot.Access;

namespace MmDrBot.Diagnosis;

/// <summary>What was found of one precondition. Nothing secret stands in any text.</summary>
/// <param name="What">What was looked at.</param>
/// <param name="State">How it stands.</param>
/// <param name="Detail">What was found.</param>
/// <param name="Cure">What to do, where it does not stand well.</param>
internal sealed record Finding(string What, FindingState State, string Detail, string? Cure = null)
{
    internal static Finding Ok(string what, string detail) => new(what, FindingState.Ok, detail);

    internal static Finding Warning(string what, string detail, string cure) => new(what, FindingState.Warning, detail, cure);

    internal static Finding Failed(string what, string detail, string? cure) => new(what, FindingState.Failed, detail, cure);

    internal static Finding Skipped(string what, string reason, string? cure = null) => new(what, FindingState.Skipped, reason, cure);

    /// <summary>A refusal is a failure of what was looked at, so that what was found before it is not lost.</summary>
    internal static async Task<Finding> OrRefusalAsync(string what, Func<Task<Finding>> look)
    {
        try
        {
            return await look();
        }
        catch (Refusal refusal)
        {
            return Failed(what, refusal.Message, refusal.Hint);
        }
    }
}
