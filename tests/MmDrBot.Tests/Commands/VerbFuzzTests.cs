using MmDrBot.Cli;
using MmDrBot.Tests.Host;
using MmDrBot.Verbs;

namespace MmDrBot.Tests.Commands;

/// <summary>Every command that chat knows, typed by somebody who may do everything, with anything in the place of each argument and option.</summary>
public sealed class VerbFuzzTests(BotFixture bot) : IClassFixture<BotFixture>, IAsyncLifetime
{
    private static readonly string[] Texts =
    [
        "", " ", "-1", "0", "1e308", "99999999999999999999", "NaN", "null", "latest", "--help", "-rf", "../../../../etc/passwd", "@/etc/shadow", "'; drop table jobs; --", "@all **bold** [x](javascript:alert(1))",
        "| a | b |", "`id` $(reboot)", "\0", "a\nb", "\u202eevil", "\u200b", "e\u0301", "\ufeff", "\u001b[31m", "\U0001F4A3", "%s%n%00", new string('x', 5000),
    ];

    public static TheoryData<string> Paths => [.. MmDrBotHost.Verbs().Where(verb => verb.InChat).Select(verb => verb.Path)];

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task A_command_with_anything_in_an_argument_or_option(string path)
    {
        var tree = new VerbTree(MmDrBotHost.Verbs(), GlobalOptions.Root());
        var command = tree.Verbs.Single(item => item.Value.Path == path).Key;
        var needed = string.Concat(command.Arguments.Where(argument => argument.Arity.MinimumNumberOfValues > 0).Select(_ => " x"));
        var places = command.Options.Where(HelpText.TakesValue).Select(option => $"{needed} {option.Name} ").Concat(command.Arguments.Count > 0 ? [" ", " -- "] : []);
        foreach (var (place, text) in places.SelectMany(place => Texts.Select(text => (place, text))))
        {
            var line = $"/dr {path}{place}\"{text}\"";
            var outcome = await bot.TypeAsync(line);
            Assert.True(outcome.Status == 200 && (outcome.Text.Length > 0 || bot.Mattermost.Dialogs.Count > 0), line);
            NoBugs.AssertIn(outcome.Text, line);
        }

        await NoBugs.AssertAsync(bot);
        Assert.Contains("`/dr help COMMAND`", (await bot.TypeAsync("/dr help")).Text, StringComparison.Ordinal);
    }

    public Task InitializeAsync() => bot.AnyRestorePointAsync();

    public Task DisposeAsync() => Task.CompletedTask;
}
