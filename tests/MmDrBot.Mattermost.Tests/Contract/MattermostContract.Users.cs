using System.Net;

namespace MmDrBot.Mattermost.Tests;

public abstract partial class MattermostContract
{
    [ContractFact]
    public async Task A_bot_is_told_who_it_is()
    {
        var me = await _bot.Api.GetMeAsync(None);

        Assert.Equal(_scene.BotId, me.Id);
        Assert.True(me.IsBot);
        Assert.False(me.IsSystemAdmin);
    }

    [ContractFact]
    public async Task An_administrator_is_known_by_the_roles() => Assert.True((await _admin.Api.GetMeAsync(None)).IsSystemAdmin);

    [ContractFact]
    public async Task A_person_is_found_by_id_name_and_address()
    {
        var byId = await _bot.Api.GetUserAsync(_scene.PersonId, None);
        var byName = await _bot.Api.GetUserByUsernameAsync(_scene.PersonName, None);
        var byEmail = await _admin.Api.GetUserByEmailAsync(_scene.PersonEmail, None);

        Assert.Equal(_scene.PersonName, byId.Username);
        Assert.False(byId.IsBot);
        Assert.Equal(_scene.PersonId, byName.Id);
        Assert.Equal(_scene.PersonId, byEmail.Id);
    }

    [ContractFact]
    public Task An_unknown_id_is_not_found() =>
        FailsAsync(HttpStatusCode.NotFound, MattermostErrorIds.UserMissing, () => _admin.Api.GetUserAsync(UnknownId, None));

    [ContractFact]
    public Task An_unknown_name_is_not_found() =>
        FailsAsync(HttpStatusCode.NotFound, MattermostErrorIds.UsernameMissing, () => _admin.Api.GetUserByUsernameAsync("nosuchuser", None));

    [ContractFact]
    public Task An_unknown_address_is_not_found() =>
        FailsAsync(HttpStatusCode.NotFound, MattermostErrorIds.UserMissing, () => _admin.Api.GetUserByEmailAsync("nobody@nowhere.example", None));

    [ContractFact]
    public Task A_name_in_upper_case_is_refused() =>
        FailsAsync(HttpStatusCode.BadRequest, null, () => _admin.Api.GetUserByUsernameAsync(_scene.PersonName.ToUpperInvariant(), None));

    [ContractFact]
    public async Task A_wrong_token_is_refused_and_not_repeated_to_whoever_reads_the_failure()
    {
        const string token = "qqqqqqqqqqqqqqqqqqqqqqqqqq";
        await using var stranger = new Client(_scene.Url, token);

        var failure = await FailsAsync(HttpStatusCode.Unauthorized, MattermostErrorIds.SessionExpired, () => stranger.Api.GetMeAsync(None));

        Assert.DoesNotContain(token, failure.ToString(), StringComparison.Ordinal);
    }

    [ContractFact]
    public async Task A_call_without_a_token_is_refused()
    {
        using var http = new HttpClient();

        using var answer = await http.GetAsync(new Uri(_scene.Url, "/api/v4/users/me"));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains(MattermostErrorIds.SessionExpired, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
