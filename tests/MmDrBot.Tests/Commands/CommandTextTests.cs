using System.CommandLine;
using CsCheck;
using MmDrBot.Commands;

namespace MmDrBot.Tests.Commands;

public sealed class CommandTextTests
{
    [Theory]
    [InlineData("backup --label \"two words\"", "backup|--label|two words")]
    [InlineData("backup —label “two words”", "backup|--label|two words")]
    [InlineData("verify\n`3f9a12c0`\t–level data", "verify|3f9a12c0|--level|data")]
    [InlineData("backup --label=Bob's", "backup|--label=Bob's")]
    [InlineData("backup --label='a b'", "backup|--label=a b")]
    [InlineData("backup --label \"never closed", "backup|--label|never closed")]
    [InlineData("a - b", "a|-|b")]
    [InlineData("Status.", "Status")]
    [InlineData("status!", "status")]
    [InlineData("restore\u2013points", "restore-points")]
    [InlineData("restore\u2011points", "restore-points")]
    [InlineData("backup\u00a0\u2014Label\u00a0\u201enight\u201c", "backup|--label|night")]
    [InlineData("backup \u2013-label x", "backup|--label|x")]
    [InlineData("backup \u2014only=database", "backup|--only=database")]
    [InlineData("\uff53\uff54\uff41\uff54\uff55\uff53", "status")]
    [InlineData("verify\u3000latest \uff0d\uff0dlevel data\u3002", "verify|latest|--level|data")]
    [InlineData("\u200bstatus\ufeff", "status")]
    [InlineData("sso convert @alice, @bob. --ticket INC-1.", "sso|convert|@alice|@bob|--ticket|INC-1")]
    [InlineData("backup --label \"the end.\"", "backup|--label|the end.")]
    [InlineData("backup --label \"8\u20139 \uff21\"", "backup|--label|8\u20139 \uff21")]
    [InlineData("-h", "-h")]
    [InlineData(".", ".")]
    [InlineData("  ", "")]
    public void Words_are_what_the_person_meant(string typed, string expected) =>
        Assert.Equal(expected.Split('|', StringSplitOptions.RemoveEmptyEntries), CommandText.Split(typed));

    [Fact]
    public void A_name_that_ends_as_a_sentence_does_is_known_by_Mattermosts_own_list() =>
        Assert.Equal(["sso", "revert", "@bob.", "@alice"], CommandText.Split("sso revert @bob. @alice.", [new("bob.", "1"), new("alice", "2")]));

    [Fact]
    public void Nothing_that_is_typed_breaks_it() =>
        Gen.String[0, 80].Sample(text => CommandText.Split(text).All(word => word is not null) && new RootCommand().Parse(CommandText.Split(text), new ParserConfiguration { ResponseFileTokenReplacer = null }) is not null, iter: 20_000);
}
