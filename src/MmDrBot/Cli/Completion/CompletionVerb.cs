using System.CommandLine;
using MmDrBot.Verbs;

namespace MmDrBot.Cli.Completion;

/// <summary>
/// Prints what a shell needs to complete mmdr's words. The whole grammar is written into the script, so that a press of the tabulator
/// starts no process.
/// </summary>
internal sealed class CompletionVerb : Verb
{
    private readonly Argument<string> _shell = new("SHELL") { Description = "bash, zsh or fish.", Arity = ArgumentArity.ExactlyOne };

    public CompletionVerb() => _shell.AcceptOnlyFromAmong("bash", "zsh", "fish");

    internal override string Path => "completion";

    internal override string Description => "Prints a script that lets a shell complete mmdr's words.";

    internal override bool StandsAlone => true;

    internal override string Details =>
        "bash: write it to /etc/bash_completion.d/mmdr, or put `source <(mmdr completion bash)` into ~/.bashrc. zsh: write it to a file _mmdr in a directory of $fpath, or put `source <(mmdr completion zsh)` into ~/.zshrc behind compinit. fish: write it to ~/.config/fish/completions/mmdr.fish. Write it anew after an update.";

    internal override IReadOnlyList<string> Examples => ["completion bash > /etc/bash_completion.d/mmdr", "completion zsh > /usr/local/share/zsh/site-functions/_mmdr", "completion fish > ~/.config/fish/completions/mmdr.fish"];

    internal override void Shape(Command command) => command.Arguments.Add(_shell);

    internal override Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var places = Place.AllOf(invocation.Parsed.RootCommandResult.Command);
        var shell = invocation.Value(_shell)!;
        var script = shell switch
        {
            "zsh" => ZshScript.Of(places),
            "fish" => FishScript.Of(places),
            _ => BashScript.Of(places),
        };
        return Task.FromResult(new Reply { Raw = script.TrimEnd('\n'), Json = new { shell, script } });
    }
}
