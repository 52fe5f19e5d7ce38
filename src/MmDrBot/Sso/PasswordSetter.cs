using MmDrBot.Mattermost;

namespace MmDrBot.Sso;

/// <summary>Gives an account a password that nobody knows yet, and says what is true afterwards by the database. The caller owns the conversion's row.</summary>
internal sealed class PasswordSetter(MattermostGate mattermost, MattermostCalls calls, AccountDirectory accounts, SsoOptions options, TimeProvider time)
{
    private const int Attempts = 5;

    internal async Task<PasswordSet> SetAsync(string userId, CancellationToken cancellationToken)
    {
        var password = TemporaryPassword.New(options.MinimumPasswordLength);
        var mayHaveArrived = false;
        for (var attempt = 1; ; attempt++)
        {
            var failure = await calls.TryAsync(token => mattermost.Api.SetPasswordAsync(userId, new NewPassword(password), token), cancellationToken);

            // An answer may be lost, and a later one may refuse what an earlier call has done: the row is what counts.
            var account = await accounts.GetAsync(userId, cancellationToken);
            if (failure is null && account is { UsesPassword: true })
            {
                return PasswordSet.Of(password);
            }

            mayHaveArrived |= failure is null or { IsTransient: true };
            if (failure is { IsTransient: false } || account is null || attempt == Attempts)
            {
                return Judge(account, failure, mayHaveArrived);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200 << attempt), time, cancellationToken);
        }
    }

    private static PasswordSet Judge(MattermostAccount? account, MattermostApiException? failure, bool mayHaveArrived)
    {
        var reason = failure is null ? "Mattermost said that it is done, but the database does not show it." : Explain(failure);
        return account switch
        {
            null => PasswordSet.Unchanged("The account is gone from the database."),
            { UsesPassword: true } => PasswordSet.Unproven($"The account has no binding any more, but its password is not proven to be ours ({reason}). `sso deliver` issues a way in."),
            _ when mayHaveArrived => PasswordSet.Unknown($"It is not certain whether Mattermost did it ({reason}); the account still has its binding. It is looked at again by itself."),
            _ => PasswordSet.Unchanged(reason),
        };
    }

    private static string Explain(MattermostApiException failure) => failure.ErrorId switch
    {
        { } id when id.StartsWith(MattermostErrorIds.PasswordPolicyPrefix, StringComparison.Ordinal) => "Mattermost's password policy refused the password. Set PasswordSettings.MinimumLength in MMDR_Sso__MinimumPasswordLength.",
        MattermostErrorIds.Permissions or MattermostErrorIds.PasswordForbidden => "The bot's account may not do this. Give it the role system_admin.",
        MattermostErrorIds.SessionExpired => "The bot's token is not valid any more.",
        _ => $"Mattermost refused or did not answer: {failure.Message}",
    };
}
