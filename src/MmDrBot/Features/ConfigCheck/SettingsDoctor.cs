using MmDrBot.Access;
using MmDrBot.Diagnosis;
using MmDrBot.Settings;

namespace MmDrBot.Features.ConfigCheck;

/// <summary>Whether the settings can be understood.</summary>
internal sealed class SettingsDoctor(AppSettings settings) : IDoctorCheck
{
    public DoctorArea Area => DoctorArea.Settings;

    public string What => "settings";

    public Task<IReadOnlyList<Finding>> RunAsync(Actor actor, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<Finding>>(
        settings.Faults.Count == 0
            ? [Finding.Ok(What, "Valid.")]
            : [.. settings.Faults.Select(fault => Finding.Failed(What, fault, "`mmdr config check` shows where settings come from."))]);
}
