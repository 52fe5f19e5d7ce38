namespace MmDrBot.Demo;

/// <summary>Reads from the first line of a message how a job stands, as a person would.</summary>
internal static class JobText
{
    private static readonly string[] _beginnings = ["** is waiting for a worker", "** is running"];
    private static readonly string[] _endings = ["** succeeded in ", "** partly failed ", "** failed ", "** was cancelled ", "** was interrupted "];

    public static bool Begins(string text) => _beginnings.Any(words => text.Contains(words, StringComparison.Ordinal)) || Ends(text);

    public static bool Ends(string text) => _endings.Any(words => text.Contains(words, StringComparison.Ordinal));

    public static bool Succeeds(string text) => text.Contains(_endings[0], StringComparison.Ordinal);
}
