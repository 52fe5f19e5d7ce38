using System.Text.Json.Serialization;
using MmDrBot.Access;

namespace MmDrBot.Diagnosis;

/// <summary>How a precondition stands.</summary>
[JsonConverter(typeof(SnakeCaseEnum<FindingState>))]
internal enum FindingState
{
    Ok,

    /// <summary>Works, but something is not as it should be.</summary>
    Warning,

    /// <summary>Something that was asked for will not work.</summary>
    Failed,

    /// <summary>Not looked at; the detail says why.</summary>
    Skipped,
}
