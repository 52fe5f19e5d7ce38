using System.CommandLine;
using CsCheck;
using MmDrBot.Commands;
using MmDrBot.Tests.Host;
using MmDrBot.Verbs;

namespace MmDrBot.Tests.Commands;

[Collection(BotCollection.Name)]
public sealed class CommandTextTests(BotFixture bot)
{
    private static readonly string[] Pieces =
    [
        "backup", "verify", "--label", "—label", "“before", "upgrade”", "@/etc/passwd", "--", "-", "'", "\"", "`", "=", "[suggest]", "\ud83d", "\0", "\n", "latest", "--only=", "/?",
    ];

    private static readonly Gen<string> Typed = Gen.OneOf(
        Gen.String,
        Gen.Int[0, Pieces.Length - 1].Select(index => Pieces[index]).Array[0, 6].Select(words => string.Join(' ', words)));

    [Theory]
    [InlineData("backup --label \"before the upgrade\"", "backup|--label|before the upgrade")]
    [InlineData("backup —label “before the upgrade”", "backup|--label|before the upgrade")]
    [InlineData("backup –label „vor dem Umbau“", "backup|--label|vor dem Umbau")]
    [InlineData("backup --label=‘one two’", "backup|--label=one two")]
    [InlineData("backup\n--label\tx\r\n", "backup|--label|x")]
    [InlineData("verify `3f9a12c0`", "verify|3f9a12c0")]
    [InlineData("backup --label don't", "backup|--label|don't")]
    [InlineData("backup --label \"\"", "backup|--label|")]
    [InlineData("  ", "")]
    public void Words_are_found_whatever_a_phone_made_of_quotes_and_dashes(string text, string words)
    {
        Assert.Equal(words, string.Join('|', CommandText.Split(text)));
    }

    [Fact]
    public void No_text_makes_the_splitter_throw_or_lose_its_way()
    {
        Typed.Sample(text => CommandText.Split(text).Count <= text.Length);
    }

    [Fact]
    public void No_text_makes_the_grammar_throw()
    {
        var tree = new VerbTree(((IEnumerable<Verb>)bot.Get<IEnumerable<Verb>>()).Where(verb => verb.InChat), new Command("dr"));

        Typed.Sample(text =>
        {
            var parsed = tree.Parse(CommandText.Split(text));
            return Mistakes.Of(parsed) is not null && Suggestions.For(parsed, tree) is not null;
        });
    }

    [Fact]
    public async Task Quotes_and_dashes_of_a_phone_reach_the_backup()
    {
        var job = await bot.TypeJobAsync("/dr backup —label “before the upgrade” —only config");

        Assert.Contains("\"before the upgrade\"", job.RequestJson, StringComparison.Ordinal);
        Assert.Equal(MmDrBot.Jobs.JobState.Succeeded, job.State);
    }

    [Fact]
    public async Task A_command_over_several_lines_is_one_command()
    {
        var job = await bot.TypeJobAsync("/dr backup\n--only\nconfig\n--label lines");

        Assert.Contains("\"lines\"", job.RequestJson, StringComparison.Ordinal);
    }
}
