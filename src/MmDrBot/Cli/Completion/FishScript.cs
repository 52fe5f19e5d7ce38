using System.Text;

namespace MmDrBot.Cli.Completion;

/// <summary>For fish 3 and later.</summary>
internal static class FishScript
{
    internal static string Of(IReadOnlyList<Place> places)
    {
        var script = new StringBuilder("# fish completion for mmdr, made by `mmdr completion fish`\n");
        script.Append($"set -g __mmdr_places {string.Join(' ', places.Where(place => place.Path.Length > 0).Select(place => Quoted(place.Path)))}\n");
        script.Append("""
            function __mmdr_at
                set -l place
                set -l tokens (commandline -opc)
                for word in $tokens[2..-1]
                    set -l next (string join -- ' ' $place $word)
                    if contains -- $next $__mmdr_places
                        set place $next
                    end
                end
                test "$place" = "$argv[1]"
            end
            complete -c mmdr -f

            """);
        foreach (var place in places)
        {
            var here = $"complete -c mmdr -n {Quoted($"__mmdr_at '{place.Path}'")}";
            foreach (var word in place.Words)
            {
                script.Append($"{here} -a {Quoted(word.Text)} -d {Quoted(word.Description)}\n");
            }

            foreach (var option in place.Options.Where(option => option.Name.StartsWith("--", StringComparison.Ordinal)))
            {
                script.Append($"{here} -l {option.Name[2..]}{Value(option)} -d {Quoted(option.Description)}\n");
            }
        }

        return script.ToString();
    }

    private static string Value(OptionWord option) => option switch
    {
        { TakesValue: false } => "",
        { Path: PathKind.File } => " -r -F",
        { Path: PathKind.Directory } => " -x -a '(__fish_complete_directories)'",
        _ => $" -x{(option.Values.Count > 0 ? $" -a {Quoted(string.Join(' ', option.Values))}" : "")}",
    };

    private static string Quoted(string text) => $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
}
