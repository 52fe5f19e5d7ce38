namespace MmDrBot.Sso;

/// <summary>What the helpdesk has to know of an account before the caller tries to sign in.</summary>
/// <param name="Names">What the caller types as their name.</param>
/// <param name="Obstacles">What will stop them.</param>
internal sealed record SignInNotes(string Names, IReadOnlyList<SignInObstacle> Obstacles)
{
    /// <summary>The obstacles as sentences that follow another one; empty where there are none.</summary>
    internal string Text => string.Concat(Obstacles.Select(obstacle => $" **Before they can sign in:** {obstacle.Message}"));

    /// <param name="account">As the database has it.</param>
    /// <param name="rules">Null where Mattermost did not show its settings.</param>
    internal static SignInNotes Of(MattermostAccount account, SignInRules? rules) =>
        new(rules?.Names ?? "e-mail or username", [.. Find(account, rules).Select(found => new SignInObstacle(found.Kind, found.Message))]);

    private static IEnumerable<(ObstacleKind Kind, string Message)> Find(MattermostAccount account, SignInRules? rules)
    {
        if (rules is { ByEmail: false, ByUsername: false })
        {
            yield return (ObstacleKind.PasswordSignInOff, "Mattermost takes no passwords at all: EmailSettings.EnableSignInWithEmail and EnableSignInWithUsername are off. An administrator has to turn one on.");
        }

        if (!account.IsActive)
        {
            yield return (ObstacleKind.Deactivated, "the account is deactivated; an administrator has to activate it.");
        }

        if (!account.EmailVerified && rules is not { DemandsVerification: false })
        {
            yield return (ObstacleKind.EmailNotVerified, $"their e-mail address is not verified{(rules is null ? ", which matters where Mattermost demands it" : " and Mattermost demands it")}; an administrator has to verify it: POST /api/v4/users/{account.Id}/email/verify/member.");
        }

        if (!account.MfaActive && rules is { EnforcesMfa: true })
        {
            yield return (ObstacleKind.SecondFactorMissing, "Mattermost enforces a second factor for password accounts and they have none: right after signing in they must set one up, so have an authenticator app at hand.");
        }

        if (account.IsGuest)
        {
            yield return (ObstacleKind.Guest, rules is { AdmitsGuests: false } ? "they are a guest and guest accounts are turned off (GuestAccountsSettings.Enable), so Mattermost refuses their sign-in." : "they are a guest, whom Mattermost refuses without a licence for guest accounts.");
        }
    }
}
