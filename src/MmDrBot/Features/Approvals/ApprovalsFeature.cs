using MmDrBot.Approvals;
using MmDrBot.Interactions;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Approvals;

internal static class ApprovalsFeature
{
    internal static IServiceCollection AddApprovals(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(configuration.GetSection("Approvals").Get<ApprovalOptions>() ?? new ApprovalOptions())
        .AddSingleton<ApprovalStore>()
        .AddSingleton<ApprovalGuard>()
        .AddSingleton<SecondFactors>()
        .AddSingleton<Parties>()
        .AddSingleton<ListApprovals>()
        .AddSingleton<DecideApproval>()
        .AddSingleton<ManageSecondFactors>()
        .AddSingleton<IInteractionHandler, ApproveByButton>()
        .AddSingleton<IInteractionHandler, ApproveByCode>()
        .AddSingleton<Verb, ApprovalsVerb>()
        .AddSingleton<Verb, ApproveVerb>()
        .AddSingleton<Verb, DenyVerb>()
        .AddSingleton<Verb, SecondFactorEnrolVerb>()
        .AddSingleton<Verb, SecondFactorListVerb>()
        .AddSingleton<Verb, SecondFactorRemoveVerb>();
}
