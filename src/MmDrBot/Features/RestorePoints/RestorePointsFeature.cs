using MmDrBot.Verbs;

namespace MmDrBot.Features.RestorePoints;

internal static class RestorePointsFeature
{
    internal static IServiceCollection AddRestorePoints(this IServiceCollection services) => services
        .AddSingleton<ListRestorePoints>()
        .AddSingleton<ShowRestorePoint>()
        .AddSingleton<ForgetRestorePoint>()
        .AddSingleton<PinRestorePoint>()
        .AddSingleton<Verb, RestorePointsVerb>()
        .AddSingleton<Verb, RestorePointVerb>()
        .AddSingleton<Verb, ForgetVerb>()
        .AddSingleton<Verb, PinAddVerb>()
        .AddSingleton<Verb, PinRemoveVerb>()
        .AddSingleton<Verb, HoldVerb>()
        .AddSingleton<Verb, ReleaseVerb>();
}
