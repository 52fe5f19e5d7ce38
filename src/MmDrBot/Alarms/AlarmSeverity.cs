using System.Text.Json.Serialization;
using MmDrBot.Access;

namespace MmDrBot.Alarms;

/// <summary>How bad it is; the order counts.</summary>
[JsonConverter(typeof(SnakeCaseEnum<AlarmSeverity>))]
internal enum AlarmSeverity
{
    /// <summary>To be looked at today.</summary>
    Warning,

    /// <summary>A disaster now would cost more than it should: to be looked at now. The heartbeat tells of it too.</summary>
    Critical,
}
