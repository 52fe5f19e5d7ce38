using System.Text.Json;

namespace MmDrBot.Mattermost.Tests;

public sealed class MattermostUserTests
{
    [Theory]
    [InlineData("system_user system_admin", 0, true)]
    [InlineData("system_admin", 0, true)]
    [InlineData("system_user", 0, false)]
    [InlineData("", 0, false)]
    [InlineData("system_user system_admin", 1795445339390, false)]
    [InlineData("system_user system_admin_reader", 0, false)]
    [InlineData("system_user custom_system_admin", 0, false)]
    public void Only_an_active_account_with_exactly_that_role_is_an_administrator(string roles, long deleteAt, bool expected) =>
        Assert.Equal(expected, new MattermostUser { Roles = roles, DeleteAt = deleteAt }.IsSystemAdmin);

    [Fact]
    public void A_forged_field_makes_nobody_an_administrator()
    {
        var user = JsonSerializer.Deserialize<MattermostUser>("""{"id":"a","roles":"system_user","is_system_admin":true}""", MattermostJson.Options)!;

        Assert.False(user.IsSystemAdmin);
    }
}
