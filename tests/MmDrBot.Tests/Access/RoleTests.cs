using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MmDrBot.Access;
using MmDrBot.Cli;
using MmDrBot.Commands;
using MmDrBot.Registration;
using MmDrBot.Sealing;
using MmDrBot.Settings;
using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.Mattermost;

namespace MmDrBot.Tests.Access;

public sealed class RoleTests : IAsyncLifetime
{
    private readonly TempDirectory _directory = new();
    private MattermostStandIn _mattermost = null!;
    private StandInUser _bot = null!;

    [Fact]
    public async Task Without_rules_system_administrators_are_admins_and_nobody_else_is_anything()
    {
        var (admin, plain) = (_mattermost.AddUser("alice", admin: true), _mattermost.AddUser("bob"));

        Assert.Equal([(Role.Admin, "role:system_admin")], await GrantsAsync(admin));
        Assert.Empty(await GrantsAsync(plain));
    }

    [Fact]
    public async Task Roles_come_from_usernames_groups_channels_and_roles_of_Mattermost_and_add_up()
    {
        var (carol, dave) = (_mattermost.AddUser("carol"), _mattermost.AddUser("dave"));
        dave.Groups = ["DR-Operators"];
        carol.Roles = "system_user system_manager";
        var channel = _mattermost.AddChannel("helpdesk", members: [carol, _bot]);
        (string, string)[] settings = [("Access:Helpdesk:0", $"channel:{channel.Id}"), ("Access:Operators:0", "group:dr-operators"), ("Access:Viewers:0", "@carol"), ("Access:Admins:0", "role:system_manager")];

        var actor = await ActorAsync(carol, settings);

        Assert.Equal([Role.Viewer, Role.Helpdesk, Role.Admin], actor.Grants.Select(grant => grant.Role));
        Assert.Equal([(Role.Operator, "group:dr-operators")], await GrantsAsync(dave, settings));
        Assert.Empty(await GrantsAsync(_mattermost.AddUser("erin", admin: true), settings));
    }

    [Fact]
    public async Task Groups_and_channels_that_the_server_does_not_show_give_nobody_a_role()
    {
        var user = _mattermost.AddUser("frank");

        Assert.Empty(await GrantsAsync(user, ("Access:Admins:0", "group:anything"), ("Access:Operators:0", $"channel:{new string('a', 26)}")));
    }

    [Fact]
    public async Task A_group_that_members_can_make_and_join_gives_nobody_a_role()
    {
        var user = _mattermost.AddUser("grace");
        user.Groups = ["custom-admins"];

        Assert.Empty(await GrantsAsync(user, ("Access:Admins:0", "group:custom-admins")));
    }

    [Fact]
    public async Task Bots_and_deactivated_accounts_have_no_role()
    {
        var (bot, gone) = (_mattermost.AddBot("otherbot", admin: true), _mattermost.AddUser("gone", admin: true));
        gone.DeleteAt = 5;

        Assert.Empty(await GrantsAsync(bot));
        Assert.Empty(await GrantsAsync(gone));
    }

    [Fact]
    public void Each_role_may_what_the_lower_ones_may_and_only_admins_may_all()
    {
        Assert.Subset(RolePermissions.Of(Role.Operator).ToHashSet(), RolePermissions.Of(Role.Viewer).ToHashSet());
        Assert.Subset(RolePermissions.Of(Role.Operator).ToHashSet(), RolePermissions.Of(Role.Helpdesk).ToHashSet());
        Assert.DoesNotContain(Permission.Restore, RolePermissions.Of(Role.Operator).AsEnumerable());
        Assert.DoesNotContain(Permission.ManageOutages, RolePermissions.Of(Role.Helpdesk).AsEnumerable());
        Assert.Equal(Enum.GetValues<Permission>().Order(), RolePermissions.Of(Role.Admin).Order());
    }

    [Fact]
    public void On_the_machine_everybody_who_holds_the_settings_is_an_admin_until_rules_say_otherwise()
    {
        var ruled = Settings(("Access:Helpdesk:0", "cli:maria")).Access;

        Assert.Equal(RolePermissions.Of(Role.Admin), CliActor.Of(Settings().Access, "maria").Permissions);
        Assert.Equal(RolePermissions.Of(Role.Helpdesk), CliActor.Of(ruled, "Maria").Permissions);
        Assert.Empty(CliActor.Of(ruled, "nobody").Permissions);
        Assert.Equal(RolePermissions.Of(Role.Admin), CliActor.Of(ruled, "root").Permissions);
    }

    [Theory]
    [InlineData("alice")]
    [InlineData("user:")]
    [InlineData("team:x")]
    [InlineData("0:x")]
    [InlineData("")]
    public void A_rule_that_names_nobody_is_a_fault_of_the_settings(string rule) =>
        Assert.Contains(Settings(("Access:Admins:0", rule)).Faults, fault => fault.StartsWith("MMDR_Access", StringComparison.Ordinal));

    public async Task InitializeAsync()
    {
        _mattermost = await MattermostStandIn.StartAsync(CancellationToken.None);
        _bot = _mattermost.AddBot("drbot", admin: true);
    }

    public async Task DisposeAsync()
    {
        await _mattermost.DisposeAsync();
        _directory.Dispose();
    }

    private async Task<IEnumerable<(Role, string)>> GrantsAsync(StandInUser user, params (string, string)[] settings) =>
        (await ActorAsync(user, settings)).Grants.Select(grant => (grant.Role, grant.Because));

    private async Task<Actor> ActorAsync(StandInUser user, params (string, string)[] settings)
    {
        var services = new ServiceCollection();
        services.AddLogging().AddSingleton(Settings(settings)).AddSingleton<ChatActors>().AddState(_directory.File("state.db")).AddSingleton<ServiceSecret>().AddSingleton<BotCredentialStore>().AddMattermost();
        await using var provider = services.BuildServiceProvider();
        return await provider.GetRequiredService<ChatActors>().OfAsync(user.Id, CancellationToken.None);
    }

    private AppSettings Settings(params (string Key, string Value)[] values)
    {
        var configuration = new ConfigurationManager();
        configuration["Mattermost:Url"] = _mattermost.Url.ToString();
        configuration["Mattermost:Token"] = _bot.Token;
        foreach (var (key, value) in values)
        {
            configuration[key] = value;
        }

        return AppSettings.Load(configuration);
    }
}
