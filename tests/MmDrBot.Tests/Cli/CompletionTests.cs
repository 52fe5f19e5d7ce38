using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.Tools;

namespace MmDrBot.Tests.Cli;

/// <summary>In the shells themselves, as far as they are installed.</summary>
public sealed class CompletionTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    /// <summary>What stands on the line, and some of what is offered; `!` before what must not be.</summary>
    public static TheoryData<string, string> Lines() => new()
    {
        { "rep", "repository !backup" },
        { "restore", "restore restore-point restore-points" },
        { "repository ", "check extend-locks init prune rebuild-index recover-hidden test !backup" },
        { "repository ch", "check !init" },
        { "audit ", "verify export" },
        { "verify la", "latest" },
        { "verify latest --lev", "--level !--label" },
        { "verify --level ", "data structure !latest" },
        { "sso convert alice --deliver one", "one-time-link" },
        { "backup --label verify --on", "--only" },
        { "completion z", "zsh !bash" },
        { "sso open saml --mail-depends ", "true false" },
        { "--js", "--json" },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task Bash_completes(string line, string expected)
    {
        var script = await ScriptAsync("bash");
        var ask = $$"""
            source {{script}}
            COMP_LINE='mmdr {{line}}'; read -ra COMP_WORDS <<<"$COMP_LINE"; [[ $COMP_LINE != *' ' ]] || COMP_WORDS+=('')
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _mmdr; printf '%s\n' "${COMPREPLY[@]}"
            """;
        AssertOffered(expected, await Tool.RunAsync("bash", ["--norc", "-c", ask]));
    }

    [ShellTheory("fish")]
    [MemberData(nameof(Lines))]
    public async Task Fish_completes(string line, string expected) =>
        AssertOffered(expected, await Tool.RunAsync("fish", ["--no-config", "-c", $"source {await ScriptAsync("fish")}; complete -C 'mmdr {line}'"]));

    [ShellTheory("zsh")]
    [MemberData(nameof(Lines))]
    public async Task Zsh_completes(string line, string expected)
    {
        // Only its line editor completes: a pseudo-terminal types the line and the key that completes, and what would be offered is printed.
        var ask = $$"""
            zmodload zsh/zpty; zpty shell 'zsh -f -i'
            zpty -w shell 'PS1=; autoload -Uz compinit; compinit -u -d {{_directory.File("dump")}}; source {{await ScriptAsync("zsh")}}
            compadd() { if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; else local -a hits; builtin compadd -O hits "$@"; print; print -rl -- $hits; fi }
            finish() { print -r -- E''ND }; comppostfuncs=(finish); bindkey "^X" complete-word; print -r REA''DY'
            zpty -r shell seen '*READY*'
            zpty -n -w shell $'mmdr {{line}}\x18'
            zpty -r shell seen '*END*'; print -r -- "$seen"
            """;
        AssertOffered(expected, await Tool.RunAsync("zsh", ["-f", "-c", ask], new Dictionary<string, string> { ["TERM"] = "dumb" }));
    }

    [Fact]
    public async Task An_unknown_shell_is_refused() => Assert.Equal(2, (await Tool.TryRunAsync(CliFixture.Program, ["completion", "powershell"])).ExitCode);

    private async Task<string> ScriptAsync(string shell)
    {
        var file = _directory.File($"completion.{shell}");
        await File.WriteAllTextAsync(file, await Tool.RunAsync(CliFixture.Program, ["completion", shell]));
        return file;
    }

    private static void AssertOffered(string expected, string shown)
    {
        var offered = shown.Split([' ', '\t', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).ToHashSet();
        Assert.All(expected.Split(' '), word => Assert.True(word[0] == '!' ? !offered.Contains(word[1..]) : offered.Contains(word), $"{word}: {shown}"));
    }
}
