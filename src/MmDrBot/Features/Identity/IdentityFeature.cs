using MmDrBot.Verbs;

namespace MmDrBot.Features.Identity;

internal static class IdentityFeature
{
    internal static IServiceCollection AddIdentity(this IServiceCollection services) => services
        .AddSingleton<WhoAmI>()
        .AddSingleton<Verb, WhoAmIVerb>();
}
