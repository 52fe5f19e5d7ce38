using System.CommandLine;

namespace MmDrBot.Verbs;

/// <summary>All verbs as one grammar.</summary>
internal sealed class VerbTree
{
    // Response files are off: `@file` in a chat message would otherwise read files of this host.
    private static readonly ParserConfiguration Grammar = new() { ResponseFileTokenReplacer = null };
    private readonly Dictionary<Command, Verb> _verbs = [];

    internal VerbTree(IEnumerable<Verb> verbs, Command root)
    {
        Root = root;
        foreach (var verb in verbs.OrderBy(verb => verb.Path, StringComparer.Ordinal))
        {
            Add(verb);
        }
    }

    internal Command Root { get; }

    internal IReadOnlyDictionary<Command, Verb> Verbs => _verbs;

    internal ParseResult Parse(IReadOnlyList<string> words) => Root.Parse(words, Grammar);

    /// <summary>The verb that was called, or null when the words lead to none.</summary>
    internal Verb? VerbOf(ParseResult parsed) => _verbs.GetValueOrDefault(parsed.CommandResult.Command);

    private void Add(Verb verb)
    {
        var words = verb.Path.Split(' ');
        var parent = Root;
        foreach (var word in words[..^1])
        {
            var group = parent.Subcommands.FirstOrDefault(command => command.Name == word);
            if (group is null)
            {
                group = new Command(word, GroupDescription(word));
                parent.Subcommands.Add(group);
            }

            parent = group;
        }

        var command = parent.Subcommands.FirstOrDefault(command => command.Name == words[^1]);
        if (command is null)
        {
            command = new Command(words[^1]);
            parent.Subcommands.Add(command);
        }

        // Without an action, a verb that has verbs below it would ask for one of them.
        command.SetAction(static _ => 0);
        command.Description = verb.Description;
        verb.Shape(command);
        _verbs.Add(command, verb);
    }

    private static string GroupDescription(string word) => word switch
    {
        "repository" => "The repository: make, check, mend, clean.",
        "key" => "The keys that open the repository.",
        "api-key" => "The keys of the REST door.",
        "sso" => "Outages of single sign-on: convert people to passwords, and bring every one of them back.",
        "second-factor" => "Authenticators for approvals in chat.",
        "retention" => "What is kept, and for how long.",
        "schedule" => "What runs by itself, and when.",
        "webhook" => "What is called when something happens.",
        "alarm" => "What is not as it should be: judge, acknowledge, try who hears of it.",
        "mail" => "The mail server that alarms go through.",
        "config" => "The settings.",
        "mattermost" => "What Mattermost must know of this service.",
        _ => "",
    };
}
