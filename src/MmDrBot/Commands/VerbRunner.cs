using System.CommandLine;
using System.Text.Json;
using MmDrBot.Access;
using MmDrBot.Interactions;
using MmDrBot.Jobs;
using MmDrBot.Mattermost;
using MmDrBot.Verbs;

namespace MmDrBot.Commands;

/// <summary>Runs the verb that words behind `/dr` name. The one way from chat to the use cases.</summary>
internal sealed partial class VerbRunner(IEnumerable<Verb> verbs, Forms forms, ILogger<VerbRunner> logger)
{
    private const string Trigger = "dr";
    private readonly string[] _hostAlone = HostAlone([.. verbs]);
    private readonly VerbTree _tree = new(verbs.Where(verb => verb.InChat), new Command(Trigger));

    /// <exception cref="Refusal">The use case, or the lack of any role, says no.</exception>
    internal async Task<ChatAnswer> RunAsync(ChatCall call, CancellationToken cancellationToken)
    {
        var words = call.Words;
        if (call.Actor.Permissions.Count == 0)
        {
            throw new Refusal(RefusalReason.Forbidden, "You have no role in MmDrBot, so `/dr` does nothing for you.", "Ask an administrator; MMDR_Access in the settings says who has which role.");
        }

        if (words.Count > 0 && words[0].TrimStart('/').ToLowerInvariant() is Trigger or "mmdr")
        {
            words = [.. words.Skip(1)]; // Typed twice, or copied from the manual.
        }

        if (words.Count == 0 || words[0].Equals("help", StringComparison.OrdinalIgnoreCase))
        {
            return new ChatAnswer(ChatHelp.Of(_tree, [.. words.Skip(1)]));
        }

        var parsed = _tree.Parse(Small(words));
        // What System.CommandLine takes for a directive, such as [diagram], is no command of ours.
        if (_tree.VerbOf(parsed) is not { } verb || parsed.Errors.Count > 0 || words[0].StartsWith('['))
        {
            return new ChatAnswer(ChatHelp.OfHostVerb(_hostAlone, words) ?? ChatHelp.OfMistake(_tree, parsed));
        }

        if (ChatHelp.OfUnknownOption(verb, parsed, words) is { } unknown)
        {
            return new ChatAnswer(unknown);
        }

        var invocation = new Invocation(parsed, call.Actor, new QueuedJobs(Serialize(call.ReplyTo)));
        if (await TryAskAsync(verb, invocation, call, cancellationToken))
        {
            return ChatAnswer.Nothing;
        }

        var reply = await verb.RunAsync(invocation, cancellationToken);
        return new ChatAnswer(ReplyMarkdown.Of(reply)) { Buttons = [.. reply.Buttons.Where(button => call.Actor.Permissions.Contains(button.Permission))], IsSecret = reply.IsSecret };
    }

    /// <summary>The form of a verb that is named by its path, whatever stands behind that.</summary>
    internal Form? FormOf(IReadOnlyList<string> path) => _tree.VerbOf(_tree.Parse(path))?.Form;

    /// <summary>Verbs that chat does not know, and behind them the groups of which it knows none.</summary>
    private static string[] HostAlone(IReadOnlyList<Verb> verbs)
    {
        var inChat = verbs.Where(verb => verb.InChat).Select(verb => verb.Path.Split(' ')[0]).ToHashSet();
        var paths = verbs.Where(verb => !verb.InChat).Select(verb => verb.Path).ToArray();
        return [.. paths, .. paths.Select(path => path.Split(' ')[0]).Distinct().Where(word => !inChat.Contains(word))];
    }

    private async Task<bool> TryAskAsync(Verb verb, Invocation invocation, ChatCall call, CancellationToken cancellationToken)
    {
        if (call.TriggerId is not { Length: > 0 } trigger || !verb.Asks(invocation) || verb.Form is not { } blank)
        {
            return false;
        }

        call.Actor.Require(blank.Permission);
        var (form, beside) = FormWords.Fill(blank, invocation.Parsed);
        try
        {
            await forms.OpenAsync(trigger, form, new FormOpener(call.ReplyTo.UserId, Button.VerbHandler, [.. verb.Path.Split(' '), .. beside], Serialize(call.ReplyTo)), cancellationToken);
            return true;
        }
        catch (MattermostApiException failure)
        {
            Log.NotOpened(logger, failure, verb.Path);
            return false;
        }
    }

    /// <summary>Names of commands in small letters, as far as they are names.</summary>
    private IReadOnlyList<string> Small(IReadOnlyList<string> words)
    {
        var command = _tree.Root;
        var small = words.ToArray();
        for (var i = 0; i < small.Length && (i == 0 || command.Subcommands.Count > 0); i++)
        {
            small[i] = small[i].ToLowerInvariant();
            command = command.Subcommands.FirstOrDefault(one => one.Name == small[i]);
            if (command is null)
            {
                break;
            }
        }

        return small;
    }

    private static string Serialize(ReplyTo replyTo) => JsonSerializer.Serialize(replyTo, JobLauncher.Json);

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The form of {Verb} could not be opened.")]
        public static partial void NotOpened(ILogger logger, Exception exception, string verb);
    }
}
