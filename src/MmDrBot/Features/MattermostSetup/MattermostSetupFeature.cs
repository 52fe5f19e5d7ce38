using FluentValidation;
using MmDrBot.Diagnosis;
using MmDrBot.Verbs;

namespace MmDrBot.Features.MattermostSetup;

internal static class MattermostSetupFeature
{
    internal static IServiceCollection AddMattermostSetup(this IServiceCollection services) => services
        .AddSingleton<IValidator<RegisterRequest>, RegisterValidator>()
        .AddSingleton<BotMaker>()
        .AddSingleton<TeamRegistrar>()
        .AddSingleton<ServerSettings>()
        .AddSingleton<ServiceProbe>()
        .AddSingleton<RegisterMattermost>()
        .AddSingleton<IValidator<UnregisterRequest>, UnregisterValidator>()
        .AddSingleton<UnregisterMattermost>()
        .AddSingleton<Verb, RegisterVerb>()
        .AddSingleton<Verb, UnregisterVerb>()
        .AddSingleton<IDoctorCheck, ApiDoctor>()
        .AddSingleton<IDoctorCheck, ServerSettingsDoctor>()
        .AddSingleton<IDoctorCheck, CommandsDoctor>();

    /// <summary>What happens by itself at the start; for the service only.</summary>
    internal static IServiceCollection AddRegistrationAtStart(this IServiceCollection services) => services.AddHostedService<RegistrationAtStart>();
}
