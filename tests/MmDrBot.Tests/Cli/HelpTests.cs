using System.Text.RegularExpressions;
using MmDrBot.Cli;
using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.Tools;
using MmDrBot.Verbs;

namespace MmDrBot.Tests.Cli;

public sealed class HelpTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    public static TheoryData<string> Paths() => [.. MmDrBotHost.Verbs().Select(verb => verb.Path)];

    [Theory]
    [MemberData(nameof(Paths))]
    public void Every_verb_has_a_page_that_explains_all_of_it(string path)
    {
        var tree = new VerbTree(MmDrBotHost.Verbs(), GlobalOptions.Root());
        var (command, verb) = tree.Verbs.Single(item => item.Value.Path == path);

        var page = HelpText.Of(command, tree);

        Assert.Contains($"mmdr {path}: {verb.Description[..Math.Min(20, verb.Description.Length)]}", page, StringComparison.Ordinal);
        Assert.All(command.Arguments.Select(argument => argument.Name).Concat(command.Options.Select(option => option.Name)), name => Assert.Matches($@"(?m)^  {Regex.Escape(name)}\b.*\w\w", page));
        Assert.NotEmpty(verb.Examples);
        Assert.All(verb.Examples, example => Assert.Contains($"mmdr {example}", page, StringComparison.Ordinal));
        Assert.All(ExitCodes.Meanings, item => Assert.Matches($@"(?m)^  {item.Code} +\w", page));
        Assert.All(page.Split('\n').Where(line => !line.Contains("mmdr ", StringComparison.Ordinal)), line => Assert.InRange(line.Length, 0, 100));
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Every_example_is_a_whole_command(string path)
    {
        var tree = new VerbTree(MmDrBotHost.Verbs(), GlobalOptions.Root());
        var verb = tree.Verbs.Values.Single(verb => verb.Path == path);
        foreach (var example in verb.Examples)
        {
            var words = MmDrBot.Commands.CommandText.Split(example.Split(" > ")[0]);
            var parsed = tree.Parse(words);
            Assert.True(parsed.Errors.Count == 0 && tree.VerbOf(parsed)?.Path == path && Mistakes.UnknownOption(parsed) is null, example);
        }
    }

    [Fact]
    public void The_exit_codes_of_the_documentation_are_those_of_the_program()
    {
        var documented = Regex.Matches(File.ReadAllText(RepositoryRoot.File("docs/cli.md")), @"(?m)^\| (\d+) \|").Select(match => int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture));

        Assert.Equal(ExitCodes.Meanings.Select(item => item.Code), documented);
    }

    [Theory]
    [InlineData("bakcup", "There is no bakcup.", "Did you mean `backup`?")]
    [InlineData("repository chekc", "There is no chekc.", "Did you mean `repository check`?")]
    [InlineData("restore-point hodl latest --reason x", "There is no restore-point hodl.", "Did you mean `restore-point hold`?")]
    [InlineData("help prune", "There is no prune.", "Did you mean `repository prune`?")]
    [InlineData("backup --lable x", "There is no option --lable.", "Did you mean `--label`?")]
    [InlineData("verify latest --jsno", "There is no option --jsno.", "Did you mean `--json`?")]
    [InlineData("verify --levle", "There is no option --levle.", "Did you mean `--level`?")]
    [InlineData("sso", "A further word is needed: close,", "`mmdr sso --help` explains.")]
    public async Task A_mistake_is_named_and_what_may_be_meant_is_guessed(string words, string mistake, string guess)
    {
        var result = await RunAsync(words.Split(' '));

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(mistake, result.Error, StringComparison.Ordinal);
        Assert.Contains(guess, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("help verify")]
    [InlineData("verify --help")]
    [InlineData("--help")]
    [InlineData("help")]
    [InlineData("completion bash")]
    public async Task Help_needs_no_settings_at_all(string words)
    {
        var result = await RunAsync(words.Split(' '), ("MMDR_SETTINGS", "/no/such/file"), ("MMDR_Sso__Concurrency", "no number"));

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.NotEmpty(result.Output);
    }

    [Fact]
    public async Task Settings_that_cannot_be_read_are_a_mistake_and_not_a_crash()
    {
        await File.WriteAllTextAsync(_directory.File("torn.json"), "{ \"Http\": ");
        foreach (var file in new[] { "/no/such/file", _directory.File("torn.json") })
        {
            var result = await RunAsync(["jobs"], ("MMDR_SETTINGS", file));
            Assert.Equal(2, result.ExitCode);
            Assert.Contains("error: The settings can't be read", result.Error, StringComparison.Ordinal);
            Assert.Contains("mmdr config init", result.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Verbose_tells_on_standard_error_what_is_done_and_leaves_the_answer_alone()
    {
        (string, string)[] settings = [("MMDR_ConnectionStrings__State", _directory.File("state.db")), ("MMDR_Repository__Url", $"file://{_directory.File("repository")}"), ("MMDR_Repository__Passphrase", "words")];
        Assert.Equal(0, (await RunAsync(["repository", "init"], settings)).ExitCode);

        var silent = await RunAsync(["repository", "check", "--json"], settings);
        var loud = await RunAsync(["repository", "check", "--json", "--verbose"], settings);

        Assert.Equal((0, ""), (silent.ExitCode, silent.Error));
        Assert.Contains("info: MmDrBot.Jobs", loud.Error, StringComparison.Ordinal);
        Assert.StartsWith("{\"good\":true", loud.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', loud.Error);
    }

    [Theory]
    [InlineData("", "", true)]
    [InlineData("NO_COLOR", "1", false)]
    [InlineData("TERM", "dumb", false)]
    public async Task A_terminal_gets_bold_letters_unless_it_is_told_not_to(string variable, string value, bool bold)
    {
        var environment = new Dictionary<string, string> { ["TERM"] = "xterm", ["MMDR_ConnectionStrings__State"] = _directory.File("state.db") };
        if (variable.Length > 0)
        {
            environment[variable] = value;
        }

        var shown = await Tool.RunAsync("script", ["-qc", $"{CliFixture.Program} config check", "/dev/null"], environment.ToDictionary(item => item.Key, item => item.Value));

        Assert.Equal(bold, Regex.IsMatch(shown, "\u001b\\[[0-9;]*m"));
    }

    private Task<ToolResult> RunAsync(string[] arguments, params (string Name, string Value)[] settings) =>
        Tool.TryRunAsync(CliFixture.Program, arguments, settings.ToDictionary(item => item.Name, item => item.Value));
}
