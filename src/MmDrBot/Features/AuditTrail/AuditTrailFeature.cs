using MmDrBot.Verbs;

namespace MmDrBot.Features.AuditTrail;

internal static class AuditTrailFeature
{
    internal static IServiceCollection AddAuditTrail(this IServiceCollection services) => services
        .AddSingleton<ReadAuditTrail>()
        .AddSingleton<Verb, AuditVerb>()
        .AddSingleton<Verb, AuditVerifyVerb>()
        .AddSingleton<Verb, AuditExportVerb>();
}
