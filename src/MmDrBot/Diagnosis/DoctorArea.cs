using System.Text.Json.Serialization;
using MmDrBot.Access;

namespace MmDrBot.Diagnosis;

/// <summary>What a precondition is one of, in the order in which people should mend things.</summary>
[JsonConverter(typeof(SnakeCaseEnum<DoctorArea>))]
internal enum DoctorArea
{
    Settings,
    Service,
    Repository,
    Mattermost,
    Chat,
    Backup,
    Sso,
}
