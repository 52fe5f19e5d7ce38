using System.CommandLine;
using MmDrBot.Access;
using MmDrBot.Jobs;

namespace MmDrBot.Verbs;

/// <summary>One call of a verb.</summary>
internal sealed record Invocation(ParseResult Parsed, Actor Actor, IJobFollower Jobs)
{
    internal T? Value<T>(Option<T> option) => Parsed.GetValue(option);

    internal T? Value<T>(Argument<T> argument) => Parsed.GetValue(argument);
}
