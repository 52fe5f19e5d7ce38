using MmDrBot.Features.Outages;
using MmDrBot.TestKit.Mattermost;
using MmDrBot.TestKit.Tools;
using MmDrBot.Tests.Sso;

namespace MmDrBot.Tests.Transcripts;

/// <summary>The service with its chat door open and a channel for its announcements; no outage is open.</summary>
public sealed class ChatSsoFixture : SsoFixture, IAsyncLifetime
{
    private const string CommandToken = "transcripttokentranscript1";

    internal StandInUser Eve { get; private set; } = null!;

    internal StandInUser Bob { get; private set; } = null!;

    internal StandInChannel Room { get; private set; } = null!;

    async Task IAsyncLifetime.InitializeAsync()
    {
        await InitializeAsync();
        Eve = Mattermost.AddUser("eve", admin: true);
        Bob = Mattermost.AddUser("bob");
        Room = Mattermost.AddChannel("helpdesk", members: [Eve, Bob, Bot]);
        var address = $"http://127.0.0.1:{LoopbackPort.Free()}";
        NewProcess(("Mattermost:CommandTokens:0", CommandToken), ("Announcements:Channel", Room.Id), ("Http:Listen", address), ("Http:PublicUrl", address));
        await App.StartAsync();
        Mattermost.RegisterCommand(new Uri($"{address}/mattermost/commands"), CommandToken, creator: Eve);
        await Get<CloseOutage>().HandleAsync(null, null, Root, CancellationToken.None);
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await App.StopAsync();
        await DisposeAsync();
    }
}
