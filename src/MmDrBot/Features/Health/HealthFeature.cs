using MmDrBot.Verbs;

namespace MmDrBot.Features.Health;

internal static class HealthFeature
{
    internal static IServiceCollection AddHealth(this IServiceCollection services) => services
        .AddSingleton<ShowStatus>()
        .AddSingleton<Verb, StatusVerb>();
}
