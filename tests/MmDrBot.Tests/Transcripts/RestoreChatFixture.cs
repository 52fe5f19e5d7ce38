using MmDrBot.TestKit.Mattermost;
using MmDrBot.Tests.Host;

namespace MmDrBot.Tests.Transcripts;

/// <summary>A service whose settings name two targets for restores and know how to stop Mattermost, under the two-person rule.</summary>
public sealed class RestoreChatFixture : BotFixture
{
    internal string SpareDatabase { get; private set; } = "";

    internal string OtherDatabase { get; private set; } = "";

    /// <summary>A line for each time that Mattermost was stopped or started.</summary>
    internal string Commands => Place("commands");

    /// <summary>Mattermost's stop lasts until this file is there.</summary>
    internal string Stopped => Place("stopped");

    internal StandInUser Olga { get; private set; } = null!;

    internal StandInUser Carol { get; private set; } = null!;

    private protected override async Task<Dictionary<string, string?>> FurtherSettingsAsync()
    {
        (SpareDatabase, OtherDatabase) = (await EmptyDatabaseAsync(), await EmptyDatabaseAsync());
        Olga = Mattermost.AddUser("olga");
        Carol = Mattermost.AddUser("carol", admin: true);
        Mattermost.AddMember(Channel, Olga);
        Mattermost.AddMember(Channel, Carol);
        return new Dictionary<string, string?>
        {
            ["Restore:Targets:spare:DatabaseUrl"] = SpareDatabase,
            ["Restore:Targets:spare:Files"] = Place("spare/files"),
            ["Restore:Targets:spare:Config"] = Place("spare/config"),
            ["Restore:Targets:other:DatabaseUrl"] = OtherDatabase,
            ["Restore:StopCommand"] = $"echo stop >> {Commands}; until [ -e {Stopped} ]; do sleep 0.05; done",
            ["Restore:StartCommand"] = $"echo start >> {Commands}",
            ["Approvals:RestoreInPlace"] = "true",
            ["Approvals:ChatIsTrusted"] = "true",
            ["Access:Admins:0"] = "role:system_admin",
            ["Access:Operators:0"] = "user:olga",
        };
    }
}
