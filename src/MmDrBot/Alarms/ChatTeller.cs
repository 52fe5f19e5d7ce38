using MmDrBot.Access;
using MmDrBot.Announcing;
using MmDrBot.Interactions;
using MmDrBot.Mattermost;
using MmDrBot.Settings;

namespace MmDrBot.Alarms;

/// <summary>Tells in chat, with a button to acknowledge; each channel or person is a way of its own.</summary>
internal sealed partial class ChatTeller(Announcements announcements, AnnouncementOptions options, ButtonPosts posts, AlarmTellings tellings, TimeProvider time, ILogger<ChatTeller> logger) : IAlarmTeller
{
    private const string Prefix = "chat:";

    public IReadOnlyList<string> WaysOf(AlarmEvent what) => [.. options.TargetsOf(what is AlarmEvent.Resolved ? NewsKind.AlarmResolved : NewsKind.AlarmOpened).Select(target => Prefix + target)];

    public bool Owns(string way) => way.StartsWith(Prefix, StringComparison.Ordinal);

    public async Task<string?> TellAsync(string way, AlarmNews news, CancellationToken cancellationToken) =>
        await announcements.PostAsync(way[Prefix.Length..], news.Markdown, news.Event is AlarmEvent.Resolved ? [] : ButtonsOf(news.Raised), cancellationToken);

    public Task TestAsync(string way, CancellationToken cancellationToken) =>
        announcements.PostAsync(way[Prefix.Length..], "**Test**: alarms get through to here. Nothing is wrong.", [], cancellationToken);

    /// <summary>Lets earlier posts of an alarm say that it is acknowledged or resolved, and takes their buttons away. A post that can't be changed stays as it is.</summary>
    internal async Task CloseAsync(RaisedAlarm raised, CancellationToken cancellationToken)
    {
        var text = new AlarmNews(AlarmEvent.Opened, raised, time.GetUtcNow()).Closed;
        foreach (var telling in (await tellings.OfAsync(raised.Id, cancellationToken)).Where(telling => Owns(telling.Way) && telling is { Reference: not null, Event: not AlarmEvent.Resolved }))
        {
            try
            {
                await posts.SetAsync(telling.Reference!, text, [], cancellationToken);
            }
            catch (Exception failure) when (failure is MattermostApiException or Refusal)
            {
                Log.NotEdited(logger, failure, telling.Reference!);
            }
        }
    }

    internal static IReadOnlyList<Button> ButtonsOf(RaisedAlarm raised) => raised is { IsOpen: true, AcknowledgedAt: null }
        ? [new Button("Acknowledge", ["alarm", "ack", raised.Id], Permission.ManageAlarms) { ChangesState = true }, new Button("Open alarms", ["alarms"], Permission.ViewStatus)]
        : [];

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The post {Post} of an alarm could not be brought up to date.")]
        public static partial void NotEdited(ILogger logger, Exception exception, string post);
    }
}
