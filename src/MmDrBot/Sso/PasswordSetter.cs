using MmDrBot.Mattermost;

namespace MmDrBot.Sso;

/// <summary>Gives an account a password that nobody knows yet, and says what is true afterwards by the database.</summary>
internal sealed class PasswordSetter(MattermostGate mattermost, MattermostCalls calls, AccountDirectory accounts, SsoOptions options, TimeProvider time)
{
    private const int Attempts = 5;

    internal async Task<PasswordSet> SetAsync(string userId, CancellationToken cancellationToken)
    {
        var password = TemporaryPassword.New(options.MinimumPasswordLength);
        MattermostApiException? failure = null;
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            failure = await calls.TryAsync(token => mattermost.Api.SetPasswordAsync(userId, new NewPassword(password), token), cancellationToken);
            if (failure is { IsTransient: false })
            {
                return PasswordSet.Unchanged(Explain(failure));
            }

            // The answer may be lost, or be of a server that reads behind; the row is what counts.
            var account = await accounts.GetAsync(userId, cancellationToken);
            if (account is null)
            {
                return PasswordSet.Unchanged("The account is gone from the database.");
            }

            if (account.UsesPassword && failure is null)
            {
                return PasswordSet.Of(password);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200 << attempt), time, cancellationToken);
        }

        var now = await accounts.GetAsync(userId, cancellationToken);
        return now is { UsesPassword: true }
            ? PasswordSet.Of(password)
            : new PasswordSet(null, false, failure is null
                ? "Mattermost said that it is done, but the database does not show it."
                : $"Mattermost did not answer whether it was done ({failure.Message}); the account still has its binding. It is looked at again by itself.");
    }

    private static string Explain(MattermostApiException failure) => failure.ErrorId switch
    {
        { } id when id.StartsWith(MattermostErrorIds.PasswordPolicyPrefix, StringComparison.Ordinal) => "Mattermost's password policy refused the password. Set PasswordSettings.MinimumLength in MMDR_Sso__MinimumPasswordLength.",
        MattermostErrorIds.Permissions or MattermostErrorIds.PasswordForbidden => "The bot's account may not do this. Give it the role system_admin.",
        MattermostErrorIds.SessionExpired => "The bot's token is not valid any more.",
        _ => $"Mattermost refused: {failure.Message}",
    };
}

/// <summary>Whether the account has the password; when not, whether it is certain that nothing was changed.</summary>
internal sealed record PasswordSet(string? Password, bool IsUnchanged, string? Problem)
{
    internal static PasswordSet NotSent { get; } = Unchanged("Cancelled before Mattermost was asked.");

    internal bool IsSet => Password is not null;

    internal static PasswordSet Of(string password) => new(password, false, null);

    internal static PasswordSet Unchanged(string problem) => new(null, true, problem);

    /// <summary>Without the password.</summary>
    public override string ToString() => IsSet ? "set" : Problem ?? "";
}
