using FluentValidation;
using MmDrBot.Diagnosis;
using MmDrBot.Jobs;
using MmDrBot.Protection;
using MmDrBot.Settings;
using MmDrBot.Sso;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Outages;

internal static class OutagesFeature
{
    internal static IServiceCollection AddOutages(this IServiceCollection services) => services
        .AddSingleton(provider => provider.GetRequiredService<AppSettings>().Sso)
        .AddSingleton<MattermostGate>()
        .AddSingleton<MattermostCalls>()
        .AddSingleton<AccountDirectory>()
        .AddSingleton<OutageStore>()
        .AddSingleton<ConversionStore>()
        .AddSingleton<ConversionNames>()
        .AddSingleton<ConversionLedger>()
        .AddSingleton<ConversionPlanner>()
        .AddSingleton<PasswordSetter>()
        .AddSingleton<ClaimLinks>()
        .AddSingleton<AccessDelivery>()
        .AddSingleton<AccountConverter>()
        .AddSingleton<BindingRestorer>()
        .AddSingleton<AccountReverter>()
        .AddSingleton<ConversionReopener>()
        .AddSingleton<AccountSignOff>()
        .AddSingleton<LateConversions>()
        .AddSingleton<AbandonedWork>()
        .AddSingleton<OrphanedBindings>()
        .AddSingleton<AccountNews>()
        .AddSingleton<IValidator<OpenOutageRequest>, OpenOutageValidator>()
        .AddSingleton<IValidator<ConvertAccountsRequest>, ConvertAccountsValidator>()
        .AddSingleton<MailProbe>()
        .AddSingleton<Preflight>()
        .AddSingleton<IDoctorCheck, OutagesDoctor>()
        .AddSingleton<SignInSettings>()
        .AddSingleton<OpenOutage>()
        .AddSingleton<FindLeftovers>()
        .AddSingleton<CloseOutage>()
        .AddSingleton<CloseQuietOutages>()
        .AddSingleton<ShowOutages>()
        .AddSingleton<ListConversions>()
        .AddSingleton<ShowOutlook>()
        .AddSingleton<ReportOutage>()
        .AddSingleton<ConversionApprovals>()
        .AddSingleton<ConvertAccounts>()
        .AddTransient<IJobHandler, ConvertAccountsJob>()
        .AddSingleton<IJobReport, ConvertAccountsReport>()
        .AddSingleton<ReconcileAfterRestore>()
        .AddSingleton<IJobReporter>(provider => provider.GetRequiredService<ReconcileAfterRestore>())
        .AddSingleton<IRestoredDatabase>(provider => provider.GetRequiredService<ReconcileAfterRestore>())
        .AddSingleton<RevertAccounts>()
        .AddSingleton<DeliverAccess>()
        .AddSingleton<SignOffAccount>()
        .AddSingleton<ClaimAccess>()
        .AddSingleton<CompareBooks>()
        .AddSingleton<CompareLedger>()
        .AddSingleton<ExpireConversions>()
        .AddSingleton<ReconcileAccounts>()
        .AddSingleton<RecoverConversions>()
        .AddSingleton<ProviderHealth>()
        .AddSingleton<ProviderNews>()
        .AddSingleton<ProviderProbe>()
        .AddSingleton<Verb, SsoPreflightVerb>()
        .AddSingleton<Verb, SsoOpenVerb>()
        .AddSingleton<Verb, SsoStatusVerb>()
        .AddSingleton<Verb, SsoCloseVerb>()
        .AddSingleton<Verb, SsoOutlookVerb>()
        .AddSingleton<Verb, SsoConvertVerb>()
        .AddSingleton<Verb, SsoDeliverVerb>()
        .AddSingleton<Verb, SsoRevertVerb>()
        .AddSingleton<Verb, SsoReconcileVerb>()
        .AddSingleton<Verb, SsoRecoverVerb>()
        .AddSingleton<Verb, SsoSignOffVerb>()
        .AddSingleton<Verb, SsoReportVerb>();

    /// <summary>What goes on by itself; for the service only.</summary>
    internal static IServiceCollection AddOutageCare(this IServiceCollection services)
    {
        services.AddHttpClient(ProviderProbe.Client).UseSocketsHttpHandler((handler, _) => handler.AllowAutoRedirect = false).RemoveAllLoggers();
        return services.AddHostedService<OutageCare>().AddHostedService<ProviderWatch>();
    }
}
