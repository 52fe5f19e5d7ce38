using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>The addresses that the server finds in messages, code aside: it asks them for a preview, and keeps them in its table linkmetadata.</summary>
internal sealed partial class StandInPreviews
{
    private readonly ConcurrentQueue<string> _links = new();

    public IReadOnlyList<string> Links => [.. _links];

    public void Note(string message)
    {
        foreach (Match link in Link().Matches(Code().Replace(message, " ")))
            _links.Enqueue(link.Value);
    }

    [GeneratedRegex("(?s)```.*?```|`[^`]*`")]
    private static partial Regex Code();

    [GeneratedRegex(@"https?://[^\s<>]+")]
    private static partial Regex Link();
}
