using System.CommandLine;
using MmDrBot.Access;
using MmDrBot.Interactions;

namespace MmDrBot.Verbs;

/// <summary>A list of which chat shows five: the button More and the option --limit show further ones.</summary>
internal sealed class ShortList
{
    private const int Few = 5, Many = 25;
    private readonly Option<int?> _limit = new("--limit") { Description = "How many; all if left out, 5 in chat.", HelpName = "N" };

    internal void AddTo(Command command) => command.Options.Add(_limit);

    /// <summary>What is shown of it.</summary>
    internal IReadOnlyList<T> Of<T>(IReadOnlyList<T> all, Invocation invocation) =>
        [.. all.Take(Math.Max(1, invocation.Value(_limit) ?? (invocation.Actor.Door is Door.Chat ? Few : int.MaxValue)))];

    /// <summary>A sentence on what is left out; null: nothing is.</summary>
    internal static string? Rest(int all, int shown, string words) => all > shown ? $"{all - shown} more: `{words} --limit {all}`." : null;

    internal static IReadOnlyList<Button> More(int all, int shown, string words, Permission permission) =>
        all > shown && shown < Many ? [new Button("More", [.. words.Split(' '), "--limit", $"{Many}"], permission)] : [];
}
