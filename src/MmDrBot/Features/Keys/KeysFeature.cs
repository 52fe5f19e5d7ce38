using MmDrBot.Diagnosis;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Keys;

internal static class KeysFeature
{
    internal static IServiceCollection AddKeys(this IServiceCollection services) => services
        .AddSingleton<ManageKeys>()
        .AddSingleton<IDoctorCheck, KeysDoctor>()
        .AddSingleton<Verb, KeyListVerb>()
        .AddSingleton<Verb, KeyAddVerb>()
        .AddSingleton<Verb, KeyRemoveVerb>();
}
