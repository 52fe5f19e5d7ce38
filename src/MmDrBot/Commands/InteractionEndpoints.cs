using System.Text;
using System.Text.Json;
using MmDrBot.Interactions;
using MmDrBot.Jobs;
using MmDrBot.Mattermost;

namespace MmDrBot.Commands;

/// <summary>
/// The doors of clicks and forms. They always answer 200 with JSON, since all else becomes a bare failure, and in time; what takes longer
/// is told to the person afterwards.
/// </summary>
internal sealed partial class InteractionEndpoints(InteractionDesk desk, PrivateAnswers answers, Invitations invitations, TimeProvider time, ILogger<InteractionEndpoints> logger)
{
    private const int LongestBody = 64 * 1024;
    private const string Unreadable = "MmDrBot could not read this. Is something other than Mattermost calling?";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2.5);

    internal async Task<IResult> ClickAsync(HttpContext context)
    {
        if (await ReadAsync(context.Request, PostActionRequest.Parse) is not { } click)
        {
            return Told(Unreadable);
        }

        var replyTo = new ReplyTo(click.ChannelId, click.UserId, null, null, time.GetUtcNow());
        var working = GuardAsync(desk.ClickAsync(click, CancellationToken.None));
        return await Task.WhenAny(working, Task.Delay(Limit, time, context.RequestAborted)) == working
            ? Told((await working).Text)
            : Told("This takes a moment; you will be told here.", SendLaterAsync(() => Task.FromResult(replyTo), working));
    }

    internal async Task<IResult> SubmitAsync(HttpContext context)
    {
        if (await ReadAsync(context.Request, DialogSubmission.Parse) is not { } submission)
        {
            return Json(new DialogAnswer { Error = Unreadable }.ToJson());
        }

        var working = GuardAsync(desk.SubmitAsync(submission, CancellationToken.None));
        if (await Task.WhenAny(working, Task.Delay(Limit, time, context.RequestAborted)) != working)
        {
            _ = SendLaterAsync(() => ReplyToAsync(submission), working);
            return Json("{}");
        }

        var reply = await working;
        if (reply.IsRejected)
        {
            return Json(new DialogAnswer { Error = reply.Error, Errors = reply.FieldErrors }.ToJson());
        }

        // A form has no room for an answer.
        _ = SendLaterAsync(() => ReplyToAsync(submission), working);
        return Json("{}");
    }

    private static async Task<T?> ReadAsync<T>(HttpRequest request, Func<string, T> parse)
        where T : class
    {
        try
        {
            var buffer = new byte[LongestBody];
            var length = await request.Body.ReadAtLeastAsync(buffer, LongestBody, throwOnEndOfStream: false, request.HttpContext.RequestAborted);
            return length == LongestBody ? null : parse(Encoding.UTF8.GetString(buffer, 0, length));
        }
        catch (Exception malformed) when (malformed is FormatException or IOException)
        {
            return null;
        }
    }

    private async Task<ReplyTo> ReplyToAsync(DialogSubmission submission) =>
        invitations.Read(submission.State) is { } invitation && await invitations.ReplyToAsync(invitation, CancellationToken.None) is { } json
            ? JsonSerializer.Deserialize<ReplyTo>(json, JobLauncher.Json)!
            : new ReplyTo(submission.ChannelId, submission.UserId, null, null, time.GetUtcNow());

    /// <summary>What is left to go wrong is the state, or a bug; neither may break the answer's form.</summary>
    private async Task<InteractionReply> GuardAsync(Task<InteractionReply> working)
    {
        try
        {
            return await working;
        }
        catch (Exception failure)
        {
            Log.Failed(logger, failure);
            return new InteractionReply { Text = "MmDrBot could not look at this right now, so nothing was done.\nNext: try again; the service's log has the cause.", Error = "MmDrBot could not look at this right now, so nothing was done." };
        }
    }

    private async Task SendLaterAsync(Func<Task<ReplyTo>> replyTo, Task<InteractionReply> working)
    {
        try
        {
            if (await working is { IsUninvited: false } reply && WordsOf(reply) is { Length: > 0 } text)
            {
                await answers.SendAsync(await replyTo(), new ChatAnswer(text) { IsSecret = reply.IsSecret }, CancellationToken.None);
            }
        }
        catch (Exception failure)
        {
            Log.Failed(logger, failure);
        }
    }

    private static string? WordsOf(InteractionReply reply) =>
        reply.IsRejected ? string.Join(' ', new[] { reply.Error }.OfType<string>().Concat(reply.FieldErrors?.Values ?? [])) : reply.Text;

    private static IResult Told(string? text, Task? meanwhile = null)
    {
        _ = meanwhile;
        return Json(new PostActionResponse { EphemeralText = text is { Length: > 0 } ? ReplyMarkdown.Fit(text) : null }.ToJson());
    }

    private static IResult Json(string body) => Results.Content(body, "application/json");

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "A click or form could not be taken.")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
