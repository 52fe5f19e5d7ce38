using FluentValidation;
using MmDrBot.Alarms;
using MmDrBot.Diagnosis;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Schedules;

internal static class SchedulesFeature
{
    internal static IServiceCollection AddSchedules(this IServiceCollection services) => services
        .AddSingleton<IValidator<NewScheduleRequest>, NewScheduleValidator>()
        .AddSingleton<RehearseSchedule>()
        .AddSingleton<ScheduleAudit>()
        .AddSingleton<AddSchedule>()
        .AddSingleton<ChangeSchedule>()
        .AddSingleton<ShowSchedules>()
        .AddSingleton<RunSchedule>()
        .AddSingleton<IAlarmSource, ScheduleAlarms>()
        .AddSingleton<IDoctorCheck, SchedulesDoctor>()
        .AddSingleton<Verb, SchedulesVerb>()
        .AddSingleton<Verb, ScheduleAddVerb>()
        .AddSingleton<Verb, ScheduleChangeVerb>()
        .AddSingleton<Verb, ScheduleShowVerb>()
        .AddSingleton<Verb, SchedulePauseVerb>()
        .AddSingleton<Verb, ScheduleResumeVerb>()
        .AddSingleton<Verb, ScheduleRemoveVerb>()
        .AddSingleton<Verb, ScheduleRunVerb>();
}
