using CsCheck;
using MmDrBot.Commands;
using MmDrBot.Mattermost;
using MmDrBot.Verbs;

namespace MmDrBot.Tests.Commands;

public sealed class ReplyMarkdownTests
{
    [Fact]
    public void A_reply_longer_than_a_post_is_cut_and_says_so()
    {
        var rows = Enumerable.Range(0, 5000).Select(row => (IReadOnlyList<string>)[$"{row}", "😀😀"]).ToArray();

        var text = ReplyMarkdown.Of(new Reply { Table = new ReplyTable(["No", "What"], rows), Json = "" });

        Assert.True(text.Length <= MattermostLimits.PostRunes);
        Assert.EndsWith("... (cut)", text, StringComparison.Ordinal);
    }

    [Fact]
    public void No_cut_leaves_half_a_character_behind()
    {
        Gen.Int[0, 3].Sample(offset =>
        {
            var text = ReplyMarkdown.Fit(new string('x', offset) + string.Concat(Enumerable.Repeat("😀", MattermostLimits.PostRunes)));
            return text.EnumerateRunes().All(rune => rune.Value != 0xFFFD) && text.Length <= MattermostLimits.PostRunes;
        });
    }

    [Fact]
    public void A_table_wider_than_a_telephone_becomes_lines_without_empty_cells()
    {
        var table = new ReplyTable(["Id", "Taken", "State", "Label"], [["3f9a", "2026-11-24 13:34", "complete", ""], ["77aa", "?", "partial", "[free](http://evil)\nbeer"]]);

        Assert.Equal(
            "- **3f9a** \u00b7 taken 2026-11-24 13:34 \u00b7 state complete\n- **77aa** \u00b7 taken ? \u00b7 state partial \u00b7 label \\[free](http://evil) beer",
            ReplyMarkdown.Of(new Reply { Table = table, Json = "" }));
    }

    [Fact]
    public void A_cell_can_not_break_its_table()
    {
        var text = ReplyMarkdown.Of(new Reply { Table = new ReplyTable(["a|b"], [["c\nd|e"]]), Json = "" });

        Assert.Equal("| a\\|b |\n| --- |\n| c d\\|e |", text);
    }
}
