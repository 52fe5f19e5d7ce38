using FluentValidation;
using MmDrBot.Diagnosis;
using MmDrBot.Jobs;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Verification;

internal static class VerificationFeature
{
    internal static IServiceCollection AddVerification(this IServiceCollection services) => services
        .AddSingleton<IValidator<StartVerificationRequest>, StartVerificationValidator>()
        .AddSingleton<DrillPlaces>()
        .AddSingleton<StartVerification>()
        .AddSingleton<ListVerifications>()
        .AddSingleton<Verb, VerificationsVerb>()
        .AddSingleton<IDoctorCheck, DrillDoctor>()
        .AddTransient<IJobHandler, VerificationJob>()
        .AddSingleton<IJobReport, VerificationReport>()
        .AddSingleton<Verb, VerifyVerb>();
}
