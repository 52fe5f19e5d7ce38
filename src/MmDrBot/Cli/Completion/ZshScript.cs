using System.Text;

namespace MmDrBot.Cli.Completion;

/// <summary>For zsh's own completion system (compinit); fit to be sourced and to be a file `_mmdr` in $fpath.</summary>
internal static class ZshScript
{
    internal static string Of(IReadOnlyList<Place> places)
    {
        var script = new StringBuilder("""
            #compdef mmdr
            # zsh completion for mmdr, made by `mmdr completion zsh`
            _mmdr() {
              local place= i
              local -a items options
              for ((i = 2; i < CURRENT; i++)); do
                case "$place ${words[i]}" in

            """);
        script.Append($"      {string.Join(" | ", places.Where(place => place.Path.Length > 0).Select(place => $"\" {place.Path}\""))}) place=\"$place ${{words[i]}}\" ;;\n");
        script.Append("    esac\n  done\n  case \"$place ${words[CURRENT-1]}\" in\n");
        foreach (var (path, option) in places.SelectMany(place => place.Options.Where(option => option.TakesValue).Select(option => (place.Path, option))))
        {
            script.Append($"    \"{At(path)} {option.Name}\") {Value(option)}; return ;;\n");
        }

        script.Append("  esac\n  case $place in\n");
        foreach (var place in places)
        {
            script.Append($"    \"{At(place.Path)}\")\n      items=({Items(place.Words.Select(word => (word.Text, word.Description)))})\n");
            script.Append($"      options=({Items(place.Options.Select(option => (option.Name, option.Description)))}) ;;\n");
        }

        return script.Append("""
              esac
              if [[ ${words[CURRENT]} == -* ]]; then _describe -o option options; else _describe word items; fi
            }
            if [[ ${funcstack[1]} == _mmdr ]]; then _mmdr "$@"; else compdef _mmdr mmdr; fi

            """).ToString();
    }

    private static string At(string path) => path.Length == 0 ? "" : " " + path;

    private static string Items(IEnumerable<(string Text, string Description)> items) =>
        string.Join(' ', items.Select(item => Quoted($"{item.Text.Replace(":", "\\:", StringComparison.Ordinal)}:{item.Description}")));

    private static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string Value(OptionWord option) => option switch
    {
        { Path: PathKind.File } => "_files",
        { Path: PathKind.Directory } => "_files -/",
        { Values.Count: > 0 } => $"compadd -- {string.Join(' ', option.Values)}",
        _ => $"_message {Quoted(option.Description)}",
    };
}
