using System.Text;
using MmDrBot.Mattermost;
using MmDrBot.Verbs;

namespace MmDrBot.Commands;

/// <summary>Draws a reply as Mattermost's Markdown, within the length of a post.</summary>
internal static class ReplyMarkdown
{
    private const string Cut = "\n... (cut)";

    internal static string Of(Reply reply)
    {
        var text = new StringBuilder(reply.Text);
        if (reply.Table is { } table)
        {
            text.Append(text.Length > 0 ? "\n\n" : "").Append(Row(table.Columns)).Append(Row([.. table.Columns.Select(_ => "---")]));
            foreach (var row in table.Rows)
            {
                text.Append(Row(row));
            }
        }

        if (reply.Raw is not null)
        {
            text.Append(text.Length > 0 ? "\n" : "").Append("```\n").Append(reply.Raw).Append("\n```");
        }

        foreach (var line in new[] { reply.Footer, reply.Warning }.OfType<string>())
        {
            text.Append('\n').Append(line);
        }

        return Fit(text.ToString().TrimEnd());
    }

    /// <summary>Shortens a text that no post could hold.</summary>
    internal static string Fit(string text)
    {
        if (text.Length <= MattermostLimits.PostRunes)
        {
            return text;
        }

        var end = MattermostLimits.PostRunes - Cut.Length;
        return text[..(char.IsHighSurrogate(text[end - 1]) ? end - 1 : end)] + Cut;
    }

    private static string Row(IReadOnlyList<string> cells) => $"| {string.Join(" | ", cells.Select(Cell))} |\n";

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace('\n', ' ');
}
