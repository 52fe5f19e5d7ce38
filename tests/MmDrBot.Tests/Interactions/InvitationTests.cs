using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MmDrBot.Access;
using MmDrBot.Interactions;
using MmDrBot.Sealing;
using MmDrBot.Settings;
using MmDrBot.Tests.Data;

namespace MmDrBot.Tests.Interactions;

public abstract class InvitationTests : IAsyncLifetime
{
    private static readonly Actor Alice = new("mattermost:alice", Door.Chat, new HashSet<Permission> { Permission.CancelJob }) { MattermostUserId = "alice" };
    private readonly StateFixture _state;

    private protected InvitationTests(StateDatabases databases) => _state = new(
        databases,
        services => services.AddSingleton(Settings()).AddSingleton<ServiceSecret>().AddInteractions());

    private Invitations Invitations => _state.Get<Invitations>();

    private Invitation Draft => new()
    {
        Kind = InvitationKind.Button,
        Handler = "verb",
        Arguments = ["cancel", "01hz"],
        Permission = Permission.CancelJob,
        PostId = "post",
        ExpiresAt = _state.Clock.GetUtcNow().AddHours(1),
    };

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _state.DisposeAsync();

    [Fact]
    public async Task What_was_issued_comes_back_as_it_was_and_works_once()
    {
        var invitation = Invitations.Read(await IssueAsync(Draft))!;

        Assert.Equal((Draft.Handler, "cancel 01hz", Draft.Permission, Draft.PostId, Draft.ExpiresAt), (invitation.Handler, string.Join(' ', invitation.Arguments), invitation.Permission, invitation.PostId, invitation.ExpiresAt));
        Assert.Null(Invitations.Judge(invitation, InvitationKind.Button, "post"));
        Assert.True(await Invitations.TryUseAsync(invitation, Alice, CancellationToken.None));
        Assert.False(await Invitations.TryUseAsync(invitation, Alice, CancellationToken.None));
    }

    [Fact]
    public async Task Of_many_that_use_it_at_once_one_succeeds()
    {
        var invitation = Invitations.Read(await IssueAsync(Draft))!;

        var uses = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Invitations.TryUseAsync(invitation, Alice, CancellationToken.None)));

        Assert.Single(uses, used => used);
    }

    [Fact]
    public async Task No_changed_character_of_a_token_goes_unnoticed()
    {
        var token = await IssueAsync(Draft);
        for (var at = 0; at < token.Length; at++)
        {
            // The last character of base64 holds bits that stand for nothing; a decoder that takes them would let a token have two texts.
            var other = token[at] == 'A' ? 'B' : 'A';
            Assert.Null(Invitations.Read(token[..at] + other + token[(at + 1)..]));
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("e30.e30")]
    [InlineData("a.b.c")]
    [InlineData("\u00e4.\u00e4")]
    public void What_is_no_token_is_not_read(string? token) => Assert.Null(Invitations.Read(token));

    [Fact]
    public void A_token_of_another_service_is_not_read()
    {
        var other = InvitationToken.Seal(new byte[32], Draft with { Nonce = "n" });

        Assert.Null(Invitations.Read(other));
    }

    [Fact]
    public async Task Post_kind_and_time_are_judged()
    {
        var invitation = Invitations.Read(await IssueAsync(Draft))!;

        Assert.Equal(Uninvited.WrongPost, Invitations.Judge(invitation, InvitationKind.Button, "another post"));
        Assert.Equal(Uninvited.Forged, Invitations.Judge(invitation, InvitationKind.Form, "post"));
        _state.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(Uninvited.Expired, Invitations.Judge(invitation, InvitationKind.Button, "post"));
        Assert.False(await Invitations.TryUseAsync(invitation, Alice, CancellationToken.None));
    }

    [Fact]
    public void The_audience_is_one_account_or_whoever_has_the_permission()
    {
        Assert.True(Invitations.IsFor(Draft, Alice));
        Assert.False(Invitations.IsFor(Draft with { Permission = Permission.Restore }, Alice));
        Assert.True(Invitations.IsFor(Draft with { UserId = "alice", Permission = null }, Alice));
        Assert.False(Invitations.IsFor(Draft with { UserId = "bob", Permission = null }, Alice));
        Assert.False(Invitations.IsFor(Draft with { Permission = null }, Alice));
    }

    [Fact]
    public async Task A_button_without_post_or_audience_is_not_issued()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => IssueAsync(Draft with { PostId = null }));
        await Assert.ThrowsAsync<ArgumentException>(() => IssueAsync(Draft with { Permission = null }));
    }

    [Fact]
    public async Task What_only_shows_something_works_until_it_expires()
    {
        var invitation = Invitations.Read(Invitations.Show(Draft with { PostId = null, UserId = "alice" }))!;

        Assert.True(await Invitations.TryUseAsync(invitation, Alice, CancellationToken.None));
        Assert.True(await Invitations.TryUseAsync(invitation, Alice, CancellationToken.None));
        _state.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(Uninvited.Expired, Invitations.Judge(invitation, InvitationKind.Button, "any"));
    }

    [Fact]
    public async Task A_released_form_works_again_and_keeps_where_its_answer_goes()
    {
        var draft = Draft with { Kind = InvitationKind.Form, PostId = null, UserId = "alice" };
        var invitation = Invitations.Read((await Invitations.IssueAsync([draft], """{"to":"alice"}""", CancellationToken.None))[0])!;

        Assert.True(await Invitations.TryUseAsync(invitation, Alice, CancellationToken.None));
        await Invitations.ReleaseAsync(invitation, CancellationToken.None);

        Assert.True(await Invitations.TryUseAsync(invitation, Alice, CancellationToken.None));
        Assert.Equal("""{"to":"alice"}""", await Invitations.ReplyToAsync(invitation, CancellationToken.None));
    }

    [Fact]
    public async Task Expired_ones_are_cleared_away_and_stay_refused()
    {
        var invitation = Invitations.Read(await IssueAsync(Draft))!;
        await IssueAsync(Draft with { ExpiresAt = _state.Clock.GetUtcNow().AddDays(2) });
        _state.Clock.Advance(TimeSpan.FromHours(2));

        Assert.Equal(1, await _state.Get<InvitationStore>().SweepAsync(CancellationToken.None));
        Assert.False(await Invitations.TryUseAsync(invitation, Alice, CancellationToken.None));
    }

    private async Task<string> IssueAsync(Invitation draft) => (await Invitations.IssueAsync([draft], null, CancellationToken.None))[0];

    private static AppSettings Settings()
    {
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Service:Secret"] = new string('s', 40) });
        return AppSettings.Load(configuration);
    }
}

public sealed class SqliteInvitationTests() : InvitationTests(StateDatabases.Sqlite());

public sealed class PostgresInvitationTests() : InvitationTests(StateDatabases.PostgreSql());
