using FluentValidation;
using MmDrBot.Scheduling;

namespace MmDrBot.Features.Schedules;

/// <summary>A schedule to be made, or what is to be changed of one: what is null stays as it is.</summary>
internal sealed record ScheduleRequest
{
    /// <summary>Such as `daily 02:30`, `weekly sun 03:00`, `hourly`, or a cron expression of five fields.</summary>
    public string? When { get; init; }

    /// <summary>IANA's name of the time zone; if left out at the making, the one of the settings, else that of whoever makes it.</summary>
    public string? Zone { get; init; }

    /// <summary>What runs, as it would be typed.</summary>
    public string? Command { get; init; }

    /// <summary>Whether what was missed is caught up, by one run; true if left out.</summary>
    public bool? CatchUp { get; init; }

    /// <summary>By how much a run may be put off, such as `10m`.</summary>
    public string? Jitter { get; init; }

    /// <summary>When nothing may start, such as `Mon-Fri 08:00-18:00`; an empty text: it always may.</summary>
    public string? NotDuring { get; init; }
}

/// <summary>A schedule to be made.</summary>
internal sealed record NewScheduleRequest(string Name, ScheduleRequest Terms);

internal sealed class NewScheduleValidator : AbstractValidator<NewScheduleRequest>
{
    public NewScheduleValidator()
    {
        RuleFor(request => request.Name).Matches("^[a-z0-9][a-z0-9._-]{0,62}$").WithMessage("A schedule's name has 1 to 63 small letters, digits, dots or dashes, such as nightly.");
        RuleFor(request => request.Terms.When).NotEmpty().WithMessage("Say when it is due, such as \"daily 02:30\" or \"30 2 * * *\".").OverridePropertyName("When");
        RuleFor(request => request.Terms.Command).NotEmpty().WithMessage("Say what is to run, such as `backup --label nightly`.").OverridePropertyName("Command");
    }
}

internal static class ScheduleTerms
{
    /// <summary>The schedule with what the request says in the place of what it had.</summary>
    /// <exception cref="Access.Refusal">Invalid: something is not understood.</exception>
    internal static Schedule With(this Schedule schedule, ScheduleRequest request) => schedule with
    {
        When = request.When is null ? schedule.When : Timing.Parse(request.When),
        Zone = request.Zone is null ? schedule.Zone : Zones.Find(request.Zone),
        Command = request.Command is null ? schedule.Command : CommandWords.Join(CommandWords.Split(request.Command)),
        CatchesUp = request.CatchUp ?? schedule.CatchesUp,
        Jitter = request.Jitter is null ? schedule.Jitter : Jitter.Parse(request.Jitter),
        NotDuring = request.NotDuring is null ? schedule.NotDuring : QuietTimes.Parse(request.NotDuring),
    };
}
