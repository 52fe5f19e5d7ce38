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
    [InlineData("  ", "")]
    public void Words_are_what_the_person_meant(string typed, string expected) =>
        Assert.Equal(expected.Split('|', StringSplitOptions.RemoveEmptyEntries), CommandText.Split(typed));

    [Fact]
    public void Nothing_that_is_typed_breaks_it() =>
        Gen.String[0, 80].Sample(text => CommandText.Split(text).All(word => word is not null) && new RootCommand().Parse(CommandText.Split(text), new ParserConfiguration { ResponseFileTokenReplacer = null }) is not null, iter: 20_000);
}
