using MmDrBot.Access;
using MmDrBot.Mattermost;

namespace MmDrBot.Sso;

/// <summary>
/// Gives one account its old binding: /auth, then an empty patch (else a cache keeps the password good for half an hour, and a pending
/// reset link flips the account back), then the end of all sessions, then the database's word. Every step may be repeated.
/// </summary>
internal sealed class BindingRestorer(MattermostGate mattermost, MattermostCalls calls, AccountDirectory accounts, TimeProvider time)
{
    private const int Attempts = 5;

    internal async Task<RevertResult> RestoreAsync(Conversion conversion, CancellationToken cancellationToken)
    {
        try
        {
            return await TryAsync(conversion, cancellationToken);
        }
        catch (Refusal unavailable)
        {
            return new RevertResult(conversion, RevertOutcome.Failed, unavailable.Message) { IsHalfBack = conversion.IsHalfBack };
        }
    }

    private async Task<RevertResult> TryAsync(Conversion conversion, CancellationToken cancellationToken)
    {
        var account = await accounts.GetAsync(conversion.UserId, cancellationToken);
        if (account is null)
        {
            return new RevertResult(conversion, RevertOutcome.AccountGone, $"@{conversion.Username} does not exist any more in Mattermost's database. `sso sign-off @{conversion.Username} --reason \"...\"` takes it out of the books, which an administrator may do.");
        }

        var wasBack = account.IsBoundTo(conversion.AuthService, conversion.AuthData);
        if (!wasBack && !account.UsesPassword && (account.AuthService, account.AuthData) != (conversion.AuthService, conversion.AuthData))
        {
            return new RevertResult(conversion, RevertOutcome.ChangedOutside, $"Somebody bound @{conversion.Username} to {account.AuthService} with other data meanwhile. If that is right, an administrator takes it out of the books with `sso sign-off @{conversion.Username} --reason \"...\"`; if not, reset the password in Mattermost and revert again.");
        }

        // What was on its way back already is our own doing.
        var isOurs = conversion.State is ConversionState.Reverting || conversion.IsHalfBack;
        return wasBack ? await FinishAsync(conversion, isOurs ? RevertOutcome.Reverted : RevertOutcome.AlreadyBack, cancellationToken) : await BindAsync(conversion, cancellationToken);
    }

    private async Task<RevertResult> BindAsync(Conversion conversion, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var failure = await calls.TryAsync(token => mattermost.Api.SetAuthAsync(conversion.UserId, new UserAuth(conversion.AuthService, conversion.AuthData), token), cancellationToken);
            if (failure is { IsTransient: false })
            {
                return await ExplainAsync(conversion, failure, cancellationToken);
            }

            // Whatever can't be read from here on, the binding is our doing.
            var answered = failure is null ? conversion with { IsHalfBack = true } : conversion;
            if (await TryReadAsync(answered, cancellationToken) is var (account, unread) && unread is not null)
            {
                return unread;
            }

            if (account?.IsBoundTo(conversion.AuthService, conversion.AuthData) is true)
            {
                return await FinishAsync(conversion, RevertOutcome.Reverted, cancellationToken);
            }

            if (attempt == Attempts)
            {
                return new RevertResult(conversion, RevertOutcome.Failed, $"Mattermost did not bring @{conversion.Username} back ({failure?.Message ?? "it said that it did, but the database does not show it"}). It stays open; revert again.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200 << attempt), time, cancellationToken);
        }
    }

    private async Task<RevertResult> FinishAsync(Conversion conversion, RevertOutcome outcome, CancellationToken cancellationToken)
    {
        var failure = await RepeatAsync(token => mattermost.Api.PatchUserAsync(conversion.UserId, new UserPatch(), token), cancellationToken)
            ?? await RepeatAsync(token => mattermost.Api.RevokeSessionsAsync(conversion.UserId, token), cancellationToken);
        if (failure is not null)
        {
            return new RevertResult(conversion, RevertOutcome.Failed, $"@{conversion.Username} is bound to {conversion.AuthService} again, but caches or sessions could not be cleared ({failure.Message}), so the password may still work for a while. It stays open: see that the bot's account has the role system_admin, and revert again.") { IsHalfBack = outcome is RevertOutcome.Reverted };
        }

        // A reset link that was used between the first step and the patch would have taken the account back.
        var (account, unread) = await TryReadAsync(conversion with { IsHalfBack = outcome is RevertOutcome.Reverted }, cancellationToken);
        return unread ?? (account?.IsBoundTo(conversion.AuthService, conversion.AuthData) is true
            ? Back(conversion, outcome, AccountRemarks.Of(conversion, account))
            : new RevertResult(conversion, RevertOutcome.Failed, $"@{conversion.Username} was changed by somebody else in the same moment. It stays open; revert again."));
    }

    private async Task<(MattermostAccount? Account, RevertResult? Unread)> TryReadAsync(Conversion conversion, CancellationToken cancellationToken)
    {
        try
        {
            return (await accounts.GetAsync(conversion.UserId, cancellationToken), null);
        }
        catch (Refusal unavailable)
        {
            return (null, new RevertResult(conversion, RevertOutcome.Failed, unavailable.Message) { IsHalfBack = conversion.IsHalfBack });
        }
    }

    private static RevertResult Back(Conversion conversion, RevertOutcome outcome, string remark) =>
        new(conversion, outcome, $"@{conversion.Username} signs in with {conversion.AuthService} again; all sessions are ended.{remark}") { Remark = remark.Length > 0 ? $"@{conversion.Username}:{remark}" : null };

    private async Task<MattermostApiException?> RepeatAsync(Func<CancellationToken, Task> call, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var failure = await calls.TryAsync(call, cancellationToken);
            if (failure is not { IsTransient: true } || attempt == Attempts)
            {
                return failure;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200 << attempt), time, cancellationToken);
        }
    }

    private async Task<RevertResult> ExplainAsync(Conversion conversion, MattermostApiException failure, CancellationToken cancellationToken)
    {
        return await accounts.HolderOfAsync(conversion.AuthData, conversion.UserId, cancellationToken) is { } holder
            ? new RevertResult(conversion, RevertOutcome.BindingTaken, AccountRemarks.Taken(conversion, holder))
            : new RevertResult(conversion, RevertOutcome.Failed, $"Mattermost refused to bring @{conversion.Username} back: {failure.Message} The bot's account needs the role system_admin.");
    }
}
