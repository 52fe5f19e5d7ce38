using System.CommandLine;
using MmDrBot.Verbs;

namespace MmDrBot.Features.ConfigCheck;

internal sealed class ConfigInitVerb : Verb
{
    private readonly Argument<string> _file = new("FILE") { Description = $"The file to write. Default: {WriteSettings.DefaultPath}.", Arity = ArgumentArity.ZeroOrOne, DefaultValueFactory = _ => WriteSettings.DefaultPath };

    internal override string Path => "config init";

    internal override string Description => "Writes a file of settings to begin with, every one explained.";

    internal override bool StandsAlone => true;

    internal override string Details => "Every setting is there with its meaning and default, none is set. A file that exists is never changed. Only its owner can read the new one; give it to the user that runs the service.";

    internal override IReadOnlyList<string> Examples => ["config init", "config init ~/mmdr.json"];

    internal override void Shape(Command command) => command.Arguments.Add(_file);

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var file = await WriteSettings.HandleAsync(invocation.Value(_file)!, cancellationToken);
        var next = file == WriteSettings.DefaultPath ? "" : $"Have it read: `export MMDR_SETTINGS={file}`. ";
        return Reply.Of($"{file} is written.\nSet what you need in it. {next}`mmdr config check` says what is still missing.", new { file });
    }
}
