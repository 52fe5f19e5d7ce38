using FluentValidation;
using MmDrBot.Alarms;
using MmDrBot.Alarms.Sources;
using MmDrBot.Diagnosis;
using MmDrBot.Mailing;
using MmDrBot.Settings;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Alarms;

internal static class AlarmsFeature
{
    internal static IServiceCollection AddAlarms(this IServiceCollection services)
    {
        services.AddHttpClient(Heartbeat.Client).RemoveAllLoggers();
        services.AddHttpClient(ClockSource.Client).RemoveAllLoggers();
        return services
            .AddSingleton(provider => provider.GetRequiredService<AppSettings>().Alarms)
            .AddSingleton(provider => provider.GetRequiredService<AppSettings>().Mail)
            .AddSingleton<Mailer>()
            .AddSingleton<AlarmLease>()
            .AddSingleton<AlarmStore>()
            .AddSingleton<AlarmTellings>()
            .AddSingleton<ChatTeller>()
            .AddSingleton<MailTeller>()
            .AddSingleton<IAlarmTeller>(provider => provider.GetRequiredService<ChatTeller>())
            .AddSingleton<IAlarmTeller>(provider => provider.GetRequiredService<MailTeller>())
            .AddSingleton<AlarmDesk>()
            .AddSingleton<AlarmMessenger>()
            .AddSingleton<AlarmJudges>()
            .AddSingleton<AlarmMetrics>()
            .AddSingleton<StateAlarm>()
            .AddSingleton<Heartbeat>()
            .AddSingleton<SizeHistory>()
            .AddSources()
            .AddSingleton<IValidator<AcknowledgeAlarmRequest>, AcknowledgeAlarmValidator>()
            .AddSingleton<IDoctorCheck, AlarmsDoctor>()
            .AddSingleton<ListAlarms>()
            .AddSingleton<AcknowledgeAlarm>()
            .AddSingleton<CheckAlarms>()
            .AddSingleton<TestAlarms>()
            .AddSingleton<Verb, AlarmsVerb>()
            .AddSingleton<Verb, AlarmAckVerb>()
            .AddSingleton<Verb, AlarmCheckVerb>()
            .AddSingleton<Verb, AlarmTestVerb>()
            .AddSingleton<Verb, MailTestVerb>();
    }

    /// <summary>Judges and tells; for the service only.</summary>
    internal static IServiceCollection AddAlarmWatch(this IServiceCollection services) => services.AddSingleton<AlarmWatch>().AddHostedService(provider => provider.GetRequiredService<AlarmWatch>());

    private static IServiceCollection AddSources(this IServiceCollection services) => services
        .AddSingleton<RepositoryLook>()
        .AddSingleton<IAlarmSource, RepositorySource>()
        .AddSingleton<IAlarmSource, CheckSource>()
        .AddSingleton<IAlarmSource, RpoSource>()
        .AddSingleton<IAlarmSource, DrillSource>()
        .AddSingleton<IAlarmSource, JobSource>()
        .AddSingleton<IAlarmSource, SizeSource>()
        .AddSingleton<IAlarmSource, EmptiedSource>()
        .AddSingleton<IAlarmSource, GrowthSource>()
        .AddSingleton<IAlarmSource, LockSource>()
        .AddSingleton<IAlarmSource, LifecycleSource>()
        .AddSingleton<IAlarmSource, ApiKeySource>()
        .AddSingleton<IAlarmSource, CertificateSource>()
        .AddSingleton<IAlarmSource, ClockSource>()
        .AddSingleton<IAlarmSource, WaysSource>();
}
