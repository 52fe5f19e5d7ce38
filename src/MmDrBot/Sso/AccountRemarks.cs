namespace MmDrBot.Sso;

/// <summary>What has changed about an account since its conversion, or keeps its way back from succeeding, each with its cure.</summary>
internal static class AccountRemarks
{
    /// <returns>Sentences that follow another one; empty where nothing has.</returns>
    internal static string Of(Conversion conversion, MattermostAccount account) => Renamed(conversion, account) + Inactive(conversion, account) + Mail(conversion, account);

    /// <param name="conversion">Whose binding it was.</param>
    /// <param name="holder">Another account, which has it now.</param>
    internal static string Taken(Conversion conversion, MattermostAccount holder)
    {
        var made = holder.Email == conversion.Email ? "" : " Perhaps the provider knows this person by another e-mail address, so that Mattermost made a second account when they signed in by single sign-on.";
        return $"@{holder.Username} holds the binding of @{conversion.Username} now.{made} To free it, give @{holder.Username} a password (System Console, or `mmctl user change-password {holder.Username}`) and deactivate it; then revert again. Mattermost merges no accounts: what was written with @{holder.Username} stays there.";
    }

    private static string Renamed(Conversion conversion, MattermostAccount account) =>
        account.Username == conversion.Username ? "" : $" It is called @{account.Username} now.";

    private static string Inactive(Conversion conversion, MattermostAccount account) => account.IsActive ? ""
        : conversion.DeleteAt > 0 ? " The account is deactivated, as it was before."
        : $" The account was deactivated meanwhile, so that nobody can sign in to it: where that was not meant, activate it (System Console, Users; or `mmctl user activate {account.Username}`).";

    private static string Mail(Conversion conversion, MattermostAccount account) => account.Email == conversion.Email ? ""
        : $" Its e-mail address was {conversion.Email} and is {account.Email} now: make it the same at the provider, whose address is taken at the next sign-in, or refused where another account has it.";
}
