using MmDrBot.Access;
using MmDrBot.Diagnosis;
using MmDrBot.Sealing;

namespace MmDrBot.Features.Health;

/// <summary>The secret that seals tokens and signs buttons.</summary>
internal sealed class SecretDoctor(ServiceSecret secret) : IDoctorCheck
{
    public DoctorArea Area => DoctorArea.Service;

    public string What => "service's secret";

    public Task<IReadOnlyList<Finding>> RunAsync(Actor actor, CancellationToken cancellationToken)
    {
        _ = secret.KeyFor("doctor");
        return Task.FromResult<IReadOnlyList<Finding>>([Finding.Ok(What, "There, and whole.")]);
    }
}
