using System.CommandLine;
using System.Text.Json;
using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Jobs;
using MmDrBot.Mattermost;
using MmDrBot.Protection;
using MmDrBot.Verbs;

namespace MmDrBot.Commands;

/// <summary>Runs what was typed behind `/dr` and words the answer; nothing that a person types makes it throw.</summary>
internal sealed partial class CommandRouter(
    IEnumerable<Verb> verbs, ChatActors actors, StateDatabase state, AuditLog audit, TimeProvider time, ILogger<CommandRouter> logger)
{
    private readonly VerbTree _tree = new(verbs.Where(verb => verb.InChat), new Command("dr"));

    internal async Task<string> AnswerAsync(SlashCommandRequest request, CancellationToken cancellationToken)
    {
        var words = CommandText.Split(request.Text);
        Actor? actor = null;
        try
        {
            actor = await actors.OfAsync(request.UserId, cancellationToken);
            return await RunAsync(words, actor, request, cancellationToken);
        }
        catch (Refusal refusal)
        {
            await RecordAsync(actor, words, refusal, cancellationToken);
            return Say(refusal);
        }
        catch (Exception exception) when (EngineRefusals.From(exception) is { } refusal)
        {
            return Say(refusal);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            var reference = Reference.New();
            Log.Failed(logger, exception, words.Count > 0 ? words[0] : "", reference);
            return $"Something went wrong inside MmDrBot.\nNext: the service's log has the details under the reference.\nReference: `{reference}`";
        }
    }

    private async Task<string> RunAsync(IReadOnlyList<string> words, Actor actor, SlashCommandRequest request, CancellationToken cancellationToken)
    {
        if (actor.Permissions.Count == 0)
        {
            throw new Refusal(RefusalReason.Forbidden, "You have no role in MmDrBot, so `/dr` does nothing for you.", "Ask an administrator; MMDR_Access in the settings says who has which role.");
        }

        if (words.Count == 0 || words[0] == "help")
        {
            return ChatHelp.Of(_tree, words.Count > 1 ? string.Join(' ', words.Skip(1)) : null);
        }

        var parsed = _tree.Parse([words[0].ToLowerInvariant(), .. words.Skip(1)]);
        // What System.CommandLine takes for a directive, such as [diagram], is no command of ours.
        if (_tree.VerbOf(parsed) is not { } verb || parsed.Errors.Count > 0 || words[0].StartsWith('['))
        {
            return $"{Mistakes.Of(parsed)}\n{Suggestions.For(parsed, _tree)}`/dr help` lists the commands.";
        }

        var replyTo = new ReplyTo(request.ChannelId, request.UserId, request.RootId is { Length: > 0 } root ? root : null, request.ResponseUrl is { Length: > 0 } url ? url : null, time.GetUtcNow());
        var follower = new QueuedJobs(JsonSerializer.Serialize(replyTo, JobLauncher.Json));
        return ReplyMarkdown.Of(await verb.RunAsync(new Invocation(parsed, actor, follower), cancellationToken));
    }

    private static string Say(Refusal refusal) => refusal.Hint is null ? refusal.Message : $"{refusal.Message}\nNext: {refusal.Hint}";

    private async Task RecordAsync(Actor? actor, IReadOnlyList<string> words, Refusal refusal, CancellationToken cancellationToken)
    {
        if (actor is null)
        {
            return;
        }

        var entry = AuditEntry.By(actor, time.GetUtcNow(), "command.refused", words.Count > 0 ? words[0] : "help", AuditOutcome.Refused) with
        {
            DetailJson = JsonSerializer.Serialize(new { reason = EnumText.Of(refusal.Reason), message = refusal.Message }),
        };
        try
        {
            await state.InTransactionAsync((transaction, token) => audit.AppendAsync(transaction, entry, token), cancellationToken);
        }
        catch (Refusal unavailable)
        {
            Log.NotRecorded(logger, unavailable, actor.Name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "The command {Command} failed ({Reference}).")]
        public static partial void Failed(ILogger logger, Exception exception, string command, string reference);

        [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "A refusal of {Actor} could not be recorded.")]
        public static partial void NotRecorded(ILogger logger, Exception exception, string actor);
    }
}
