using System.Text;

namespace MmDrBot.Cli.Completion;

/// <summary>For bash 4 and later; needs no other package.</summary>
internal static class BashScript
{
    internal static string Of(IReadOnlyList<Place> places)
    {
        var script = new StringBuilder("""
            # bash completion for mmdr, made by `mmdr completion bash`
            _mmdr() {
              local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} place= words= i
              COMPREPLY=()
              for ((i = 1; i < COMP_CWORD; i++)); do
                case "$place ${COMP_WORDS[i]}" in

            """);
        script.Append($"      {string.Join(" | ", places.Where(place => place.Path.Length > 0).Select(place => $"\" {place.Path}\""))}) place=\"$place ${{COMP_WORDS[i]}}\" ;;\n");
        script.Append("    esac\n  done\n  case \"$place $prev\" in\n");
        foreach (var (path, option) in places.SelectMany(place => place.Options.Where(option => option.TakesValue).Select(option => (place.Path, option))))
        {
            script.Append($"    \"{At(path)} {option.Name}\") {Value(option)} return ;;\n");
        }

        script.Append("  esac\n  case $place in\n");
        foreach (var place in places)
        {
            script.Append($"    \"{At(place.Path)}\") words=\"{string.Join(' ', place.Words.Select(word => word.Text))}\"\n");
            script.Append($"      [[ $cur != -* ]] || words=\"{string.Join(' ', place.Options.Select(option => option.Name))}\" ;;\n");
        }

        return script.Append("""
              esac
              COMPREPLY=($(compgen -W "$words" -- "$cur"))
            }
            complete -F _mmdr mmdr

            """).ToString();
    }

    private static string At(string path) => path.Length == 0 ? "" : " " + path;

    private static string Value(OptionWord option) => option switch
    {
        { Path: PathKind.File } => "compopt -o filenames; COMPREPLY=($(compgen -f -- \"$cur\"));",
        { Path: PathKind.Directory } => "compopt -o filenames; COMPREPLY=($(compgen -d -- \"$cur\"));",
        { Values.Count: > 0 } => $"COMPREPLY=($(compgen -W \"{string.Join(' ', option.Values)}\" -- \"$cur\"));",
        _ => "",
    };
}
