using MmDrBot.Diagnosis;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Health;

internal static class HealthFeature
{
    internal static IServiceCollection AddHealth(this IServiceCollection services) => services
        .AddSingleton<ShowStatus>()
        .AddSingleton<IDoctorCheck, StateDoctor>()
        .AddSingleton<IDoctorCheck, SecretDoctor>()
        .AddSingleton<Verb, StatusVerb>();
}
