using System.Text;
using MmDrBot.Mattermost;
using MmDrBot.Verbs;

namespace MmDrBot.Commands;

/// <summary>Draws a reply as Mattermost's Markdown, within the length of a post.</summary>
internal static class ReplyMarkdown
{
    // Wider ones have to be moved sideways on a telephone.
    private const int WidestTable = 3;
    private const string Cut = "\n... (cut)";

    internal static string Of(Reply reply)
    {
        var text = new StringBuilder(reply.Text);
        if (reply.Table is { } table)
        {
            text.Append(text.Length > 0 ? "\n\n" : "").Append(table.Columns.Count <= WidestTable ? Table(table) : Lines(table));
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

    private static string Table(ReplyTable table) => string.Concat(table.Rows.Prepend([.. table.Columns.Select(_ => "---")]).Prepend(table.Columns).Select(Row));

    private static string Lines(ReplyTable table) => string.Concat(table.Rows.Select(row => $"- **{Line(row[0])}**{string.Concat(table.Columns.Zip(row).Skip(1).Where(cell => cell.Second.Length > 0).Select(Named))}\n"));

    private static string Named((string Column, string Cell) cell) => $" · {cell.Column.ToLowerInvariant()} {Line(cell.Cell)}";

    private static string Line(string text) => text.ReplaceLineEndings(" ").Replace("[", "\\[", StringComparison.Ordinal);

    private static string Row(IReadOnlyList<string> cells) => $"| {string.Join(" | ", cells.Select(Cell))} |\n";

    private static string Cell(string text) => Line(text).Replace("|", "\\|", StringComparison.Ordinal);
}
