using MmDrBot.Access;
using MmDrBot.Sso;

namespace MmDrBot.Tests.Sso;

public sealed class AccountRulesTests
{
    private static readonly MattermostAccount _plain = new() { Id = "alice-id", Username = "alice", AuthService = "saml", AuthData = "a", Roles = "system_user" };

    private static readonly Dictionary<string, Outage> _open = new() { ["saml"] = new Outage { Id = "o", Service = "saml", Ticket = "T", Reason = "r", OpenedBy = "x", OpenedAt = DateTimeOffset.UnixEpoch } };

    [Fact]
    public void An_account_of_a_service_that_is_out_may_be_converted() => Assert.Null(Judge(_plain));

    [Fact]
    public void Whoever_must_not_be_converted_is_told_why()
    {
        Assert.Contains("is a bot", Judge(_plain with { IsBot = true }), StringComparison.Ordinal);
        Assert.Contains("MmDrBot's own account", Judge(_plain with { Id = "own" }), StringComparison.Ordinal);
        Assert.Contains("connected server", Judge(_plain with { IsRemote = true }), StringComparison.Ordinal);
        Assert.Contains("mailed link", Judge(_plain with { AuthService = "magic_link" }), StringComparison.Ordinal);
        Assert.Contains("already", Judge(_plain with { AuthService = "", AuthData = null }), StringComparison.Ordinal);
        Assert.Contains("--include-deactivated", Judge(_plain with { DeleteAt = 5 }), StringComparison.Ordinal);
        Assert.Contains("on the host only", Judge(_plain with { Roles = "system_user system_admin" }), StringComparison.Ordinal);
        Assert.Contains("no outage of ldap is open", Judge(_plain with { AuthService = "ldap" }), StringComparison.Ordinal);
        Assert.Contains("no binding", Judge(_plain with { AuthData = "" }), StringComparison.Ordinal);
    }

    [Fact]
    public void Deactivated_accounts_and_administrators_have_a_way_that_is_meant_for_them()
    {
        Assert.Null(Judge(_plain with { DeleteAt = 5 }, deactivated: true));
        Assert.Null(Judge(_plain with { Roles = "system_admin system_user" }, admins: true));
        Assert.Null(Judge(_plain with { Roles = "system_user system_administrators_of_nothing" }));
    }

    private static string? Judge(MattermostAccount account, bool deactivated = false, bool admins = false) =>
        AccountRules.Refusal(account, new ConvertOrder { Users = [], Ticket = "T", IncludeDeactivated = deactivated, IncludeAdmins = admins }, "own", _open);
}
