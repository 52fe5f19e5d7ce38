using System.Diagnostics;
using MmDrBot.TestKit.Mattermost;

namespace MmDrBot.Demo;

/// <summary>One channel with an administrator who types and a bot who posts; tells what both would see.</summary>
internal sealed class Chat : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan _glance = TimeSpan.FromMilliseconds(50);
    private readonly MattermostStandIn _server;
    private readonly StandInUser _admin;
    private readonly StandInChannel _channel;

    private Chat(MattermostStandIn server, Uri commands, string token)
    {
        _server = server;
        _admin = server.AddUser("alice", admin: true);
        var bot = server.AddBot();
        BotToken = bot.Token;
        _channel = server.AddChannel("operations", members: [_admin, bot]);
        server.RegisterCommand(commands, token, creator: _admin);
    }

    public Uri Url => _server.Url;

    public string BotToken { get; }

    public static async Task<Chat> StartAsync(Uri commands, string token, CancellationToken cancellationToken) =>
        new(await MattermostStandIn.StartAsync(cancellationToken), commands, token);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    /// <summary>Clicks a button of the newest post that has it, shows the answer, and where a job began follows its post to the end.</summary>
    /// <returns>Whether all went as it should.</returns>
    public async Task<bool> ClickAsync(string label, CancellationToken cancellationToken)
    {
        var before = _server.Posts.Count;
        var post = _server.Posts.LastOrDefault(one => MattermostStandIn.ButtonsOf(one.Props).Contains(label));
        Transcript.Say("alice clicks", $"[ {label} ]");

        if (post is null)
        {
            Transcript.Say("nobody", "There is no such button.");
            return false;
        }

        var outcome = await _server.ClickAsync(_admin, post, label, cancellationToken);
        Transcript.Say("only alice sees", outcome.Text);
        var followed = !JobText.Begins(outcome.Text) || await FollowAsync(before, cancellationToken);

        return outcome.Status == 200 && followed && _server.UnexpectedCalls.Count == 0;
    }

    /// <summary>Types a line, shows the answer, and where a job began follows its post to the end.</summary>
    /// <returns>Whether all went as it should.</returns>
    public async Task<bool> TypeAsync(string line, CancellationToken cancellationToken)
    {
        var before = _server.Posts.Count;
        Transcript.Say("alice types", line);
        var outcome = await _server.ExecuteCommandAsync(_admin, _channel, line, cancellationToken);
        Transcript.Say("only alice sees", outcome.Text);
        var followed = !JobText.Begins(outcome.Text) || await FollowAsync(before, cancellationToken);

        return outcome.Status == 200 && followed && _server.UnexpectedCalls.Count == 0;
    }

    private async Task<bool> FollowAsync(int before, CancellationToken cancellationToken)
    {
        var (shown, watch) = (0, Stopwatch.StartNew());

        while (watch.Elapsed < _patience)
        {
            if (_server.Posts.Skip(before).FirstOrDefault() is { } post)
            {
                string[] states = [.. post.EarlierMessages, post.Message];

                for (; shown < states.Length; shown++)
                    Transcript.Say(shown == 0 ? "drbot posts" : "drbot edits it", states[shown]);

                if (JobText.Ends(states[^1]) && MattermostStandIn.ButtonsOf(post.Props) is { Count: > 0 } labels)
                    Transcript.Say("with buttons", string.Concat(labels.Select(label => $"[ {label} ] ")));

                if (JobText.Ends(states[^1]))
                    return JobText.Succeeds(states[^1]) && _server.Posts.Count == before + 1;
            }

            await Task.Delay(_glance, cancellationToken);
        }

        Transcript.Say("nobody", "The job did not end in time.");
        return false;
    }
}
