using System.CommandLine;
using MmDrBot.Access;
using MmDrBot.Jobs;

namespace MmDrBot.Verbs;

/// <summary>One call of a verb.</summary>
internal sealed record Invocation(ParseResult Parsed, Actor Actor, IJobFollower Jobs)
{
    /// <summary>A time within a sentence, by the reader's clock, with its zone.</summary>
    internal string Time(DateTimeOffset time) => Words.Time(time, Actor.Zone);

    /// <summary>A time in a table. Chat names the zone once, below it.</summary>
    internal string Cell(DateTimeOffset time) => Actor.Door is Door.Chat ? Words.Clock(time, Actor.Zone) : Time(time);

    /// <summary>A footer, with the zone of a table's times where the cells leave it out; null if there is nothing to say.</summary>
    internal string? Below(string? footer = null) => Actor.Door is Door.Chat ? $"{(footer is null ? "" : footer + "\n")}Times are {Words.Zone(Actor.Zone)}." : footer;

    internal T? Value<T>(Option<T> option) => Parsed.GetValue(option);

    internal T? Value<T>(Argument<T> argument) => Parsed.GetValue(argument);
}
