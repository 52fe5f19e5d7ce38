using MmDrBot.Verbs;

namespace MmDrBot.Features.ApiAccess;

internal static class ApiAccessFeature
{
    internal static IServiceCollection AddApiAccess(this IServiceCollection services) => services
        .AddSingleton<ManageApiKeys>()
        .AddSingleton<Verb, ApiKeyCreateVerb>()
        .AddSingleton<Verb, ApiKeyListVerb>()
        .AddSingleton<Verb, ApiKeyRotateVerb>()
        .AddSingleton<Verb, ApiKeyRevokeVerb>();
}
