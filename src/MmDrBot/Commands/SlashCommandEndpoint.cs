using MmDrBot.Mattermost;
using MmDrBot.Registration;

namespace MmDrBot.Commands;

/// <summary>
/// Mattermost's door. It always answers 200 with JSON, since anything else becomes a bare failure text, and in time: what takes longer
/// than the limit is answered afterwards.
/// </summary>
internal sealed partial class SlashCommandEndpoint(CommandRouter router, PersonLimiter limiter, PrivateAnswers answers, KnownCommandTokens tokens, TimeProvider time, ILogger<SlashCommandEndpoint> logger)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2.5);

    internal async Task<IResult> HandleAsync(HttpContext context)
    {
        var cancellationToken = context.RequestAborted;
        if (await ReadAsync(context.Request, cancellationToken) is not { } request)
        {
            return Answer("MmDrBot could not read this command. Is something other than Mattermost calling?");
        }

        if (!await tokens.KnowsAsync(request, cancellationToken))
        {
            Log.UnknownToken(logger, request.TeamDomain, request.UserId);
            return Answer("This slash command's token is not known to MmDrBot, so nothing was done.\nNext: an administrator of the host runs `mmdr mattermost register`, or sets MMDR_Mattermost__CommandTokens__0 to the token that Mattermost shows for the command.");
        }

        if (!limiter.Admits(request.UserId))
        {
            return Answer(PersonLimiter.Refusal);
        }

        var askedAt = time.GetUtcNow();
        // The work goes on when Mattermost hangs up: its answer has another way.
        var answering = router.AnswerAsync(request, CancellationToken.None);
        var first = await Task.WhenAny(answering, Task.Delay(Limit, time, cancellationToken));
        if (first == answering)
        {
            return Answer(answers.Draw(request.UserId, await answering));
        }

        _ = SendLaterAsync(request, askedAt, answering);
        return Answer("This takes a moment; the answer follows here.");
    }

    private static IResult Answer(string text) => Answer(CommandResponse.Ephemeral(ReplyMarkdown.Fit(text)));

    private static IResult Answer(CommandResponse response) => Results.Content(response.ToJson(), "application/json");

    private static async Task<SlashCommandRequest?> ReadAsync(HttpRequest http, CancellationToken cancellationToken)
    {
        try
        {
            if (!http.HasFormContentType)
            {
                return null;
            }

            var form = await http.ReadFormAsync(cancellationToken);
            return SlashCommandRequest.Parse(form.SelectMany(field => field.Value.Select(value => KeyValuePair.Create(field.Key, value ?? ""))));
        }
        catch (Exception malformed) when (malformed is FormatException or ArgumentException or InvalidDataException or IOException)
        {
            return null;
        }
    }

    private async Task SendLaterAsync(SlashCommandRequest request, DateTimeOffset askedAt, Task<ChatAnswer> answering)
    {
        try
        {
            if (await answering is { Text.Length: > 0 } answer)
            {
                await answers.SendAsync(CommandRouter.ReplyTo(request, askedAt), answer, CancellationToken.None);
            }
        }
        catch (Exception failure)
        {
            Log.LateAnswerLost(logger, failure, request.UserId);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "A command with an unknown token was refused (team {Team}, user {User}).")]
        public static partial void UnknownToken(ILogger logger, string team, string user);

        [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "A late answer to {User} could not be delivered.")]
        public static partial void LateAnswerLost(ILogger logger, Exception exception, string user);
    }
}
