using MmDrBot.Approvals;
using MmDrBot.Interactions;
using MmDrBot.Settings;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Approvals;

internal static class ApprovalsFeature
{
    internal static IServiceCollection AddApprovals(this IServiceCollection services) => services
        .AddSingleton(provider => provider.GetRequiredService<AppSettings>().Approvals)
        .AddSingleton<ApprovalStore>()
        .AddSingleton<ApprovalUses>()
        .AddSingleton<BrokenGlass>()
        .AddSingleton<ApprovalGuard>()
        .AddSingleton<ApprovalPosts>()
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
