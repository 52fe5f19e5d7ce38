using System.Text;

namespace MmDrBot.Demo;

/// <summary>Prints who said what, in plain ASCII.</summary>
internal static class Transcript
{
    private const int Margin = 17;

    public static void Say(string who, string text)
    {
        foreach (var line in text.TrimEnd().Split('\n'))
        {
            Console.WriteLine($"  {who,-Margin}| {Ascii(line)}");
            who = "";
        }
    }

    private static string Ascii(string line)
    {
        var text = new StringBuilder(line.Length);

        foreach (var rune in line.Replace('\u00b7', '-').EnumerateRunes())
            text.Append(rune.IsAscii ? rune.ToString() : "?");

        return text.ToString();
    }
}
