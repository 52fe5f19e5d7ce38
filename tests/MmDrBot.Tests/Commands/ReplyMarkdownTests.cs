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
    public void A_cell_can_not_break_its_table()
    {
        var text = ReplyMarkdown.Of(new Reply { Table = new ReplyTable(["a|b"], [["c\nd|e"]]), Json = "" });

        Assert.Equal("| a\\|b |\n| --- |\n| c d\\|e |", text);
    }
}
