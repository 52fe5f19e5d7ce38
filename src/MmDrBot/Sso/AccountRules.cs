using MmDrBot.Access;

namespace MmDrBot.Sso;

/// <summary>Which accounts are not converted, and why.</summary>
internal static class AccountRules
{
    internal static readonly string[] Services = ["gitlab", "google", "office365", "openid", "saml", "ldap"];

    /// <param name="service">As somebody named it; null: they named none.</param>
    /// <exception cref="Access.Refusal">Invalid: there is no such service.</exception>
    internal static void RequireService(string? service)
    {
        if (service is not null && !Services.Contains(service))
        {
            throw new Refusal(RefusalReason.Invalid, "This is no sign-in service of Mattermost's.", $"There are {string.Join(", ", Services)}.");
        }
    }

    /// <returns>A sentence with what to do instead, or null when the account may be converted.</returns>
    internal static string? Refusal(MattermostAccount account, ConvertOrder order, string? botUserId, IReadOnlyDictionary<string, Outage> open)
    {
        if (account.IsBot)
        {
            return "is a bot; bots sign in with tokens, which no outage touches.";
        }

        if (account.Id == botUserId)
        {
            return "is MmDrBot's own account, which Mattermost does not let itself convert.";
        }

        if (account.IsRemote)
        {
            return "belongs to a connected server; convert it there.";
        }

        if (account.AuthService == "magic_link")
        {
            return "is a guest who signs in by a mailed link; that goes on working.";
        }

        if (account.UsesPassword)
        {
            return "signs in with e-mail and password already. If they cannot, reset the password in Mattermost.";
        }

        if (!account.IsActive && !order.IncludeDeactivated)
        {
            return "is deactivated. Activate the account first, or say --include-deactivated.";
        }

        if (account.IsSystemAdmin && !order.IncludeAdmins)
        {
            return "is a system administrator; without a second person's approval those are converted on the host only: `mmdr sso convert`.";
        }

        return open.ContainsKey(account.AuthService)
            ? string.IsNullOrEmpty(account.AuthData) ? $"has no binding to {account.AuthService} in the database, so there would be nothing to bring back." : null
            : $"signs in with {account.AuthService}, and no outage of {account.AuthService} is open. `sso open {account.AuthService}` opens one.";
    }
}
