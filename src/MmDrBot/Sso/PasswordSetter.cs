using MmDrBot.Mattermost;
using MmDrBot.Settings;

namespace MmDrBot.Sso;

/// <summary>Gives an account a password that nobody knows yet, and says what is true afterwards by the database. The caller owns the conversion's row.</summary>
internal sealed class PasswordSetter(MattermostGate mattermost, MattermostCalls calls, AccountDirectory accounts, SsoOptions options, TimeProvider time)
{
    private const int Attempts = 5;
    private volatile int _minimumLength = options.MinimumPasswordLength;

    /// <param name="conversion">Whose account it is; the ledger holds its binding, which the password destroys.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal async Task<PasswordSet> SetAsync(Conversion conversion, CancellationToken cancellationToken)
    {
        var password = TemporaryPassword.New(_minimumLength);
        var mayHaveArrived = false;
        for (var (attempt, account) = (1, await accounts.GetAsync(conversion.UserId, cancellationToken)); ; attempt++)
        {
            // A list takes minutes: somebody may have bound the account anew since it was read, and nobody could bring that back.
            if (account?.HoldsAtMost(conversion.AuthService, conversion.AuthData) is false)
            {
                return (mayHaveArrived ? PasswordSet.Unknown(Changed(account)) : PasswordSet.Unchanged(Changed(account))) with { MayBeLate = mayHaveArrived };
            }

            var failure = await calls.TryAsync(token => mattermost.Api.SetPasswordAsync(conversion.UserId, new NewPassword(password), token), cancellationToken);

            // An answer may be lost, and a later one may refuse what an earlier call has done: the row is what counts.
            account = await accounts.GetAsync(conversion.UserId, cancellationToken);
            if (failure is null && account is { UsesPassword: true })
            {
                return PasswordSet.Of(password) with { MayBeLate = mayHaveArrived };
            }

            if (failure is not null && IsPolicy(failure) && await IsLongerAskedForAsync(password, cancellationToken))
            {
                password = TemporaryPassword.New(_minimumLength);
                continue;
            }

            mayHaveArrived |= failure is null or { IsTransient: true };
            if (failure is { IsTransient: false } || account is null || attempt == Attempts)
            {
                return Judge(account, failure, mayHaveArrived) with { MayBeLate = mayHaveArrived };
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200 << attempt), time, cancellationToken);
        }
    }

    /// <summary>All classes and 20 characters please most policies; one that asks for more is known by its settings, and remembered.</summary>
    private async Task<bool> IsLongerAskedForAsync(string refused, CancellationToken cancellationToken)
    {
        if (await mattermost.SignInRulesAsync(cancellationToken) is not { } rules || rules.MinimumPasswordLength <= refused.Length)
        {
            return false;
        }

        _minimumLength = rules.MinimumPasswordLength;
        return TemporaryPassword.New(_minimumLength).Length > refused.Length;
    }

    private static string Changed(MattermostAccount account) => $"Somebody bound the account to {account.AuthService} with other data meanwhile, so it was left as it is.";

    private static bool IsPolicy(MattermostApiException failure) => failure.ErrorId?.StartsWith(MattermostErrorIds.PasswordPolicyPrefix, StringComparison.Ordinal) is true;

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
        not null when IsPolicy(failure) => "Mattermost's password policy refused the password. Set PasswordSettings.MinimumLength in MMDR_Sso__MinimumPasswordLength.",
        MattermostErrorIds.Permissions or MattermostErrorIds.PasswordForbidden => "The bot's account may not do this. Give it the role system_admin.",
        MattermostErrorIds.SessionExpired => "The bot's token is not valid any more.",
        _ => $"Mattermost refused or did not answer: {failure.Message}",
    };
}
