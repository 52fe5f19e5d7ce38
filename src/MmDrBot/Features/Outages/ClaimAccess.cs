using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Settings;
using MmDrBot.Sso;

namespace MmDrBot.Features.Outages;

/// <summary>Uses a one-time link up: makes a password in this moment, sets it, and shows it to whoever holds the link.</summary>
internal sealed class ClaimAccess(ClaimLinks links, ConversionStore conversions, PasswordSetter passwords, StateDatabase state, AuditLog audit, SsoOptions options, TimeProvider time)
{
    /// <exception cref="Refusal">NotFound: unknown, used or expired; Conflict: somebody works on the account; Unavailable: Mattermost did not take the password.</exception>
    public async Task<ClaimedAccess> HandleAsync(string token, CancellationToken cancellationToken)
    {
        await using var rows = new OwnedRows(conversions, options.SettleTime, time);
        var (found, isOwned) = await state.InTransactionAsync((transaction, cancel) => UseAsync(transaction, token, rows.Owner, cancel), cancellationToken);
        if (found is not { State: ConversionState.Converted } conversion)
        {
            throw new Refusal(RefusalReason.NotFound, "This link was used already, has run out, or its account is back at single sign-on or on the way there.", "Ask the helpdesk for a new one.");
        }

        if (!isOwned)
        {
            throw new Refusal(RefusalReason.Conflict, "Somebody works on this account in this moment.", "Load this page again in a minute; the link stays good.");
        }

        var set = await passwords.SetAsync(conversion, CancellationToken.None);
        await conversions.FreeAsync(set.MayBeLate ? [] : [conversion.Id], rows.Owner, CancellationToken.None);
        var outcome = set.State is PasswordState.Set ? AuditOutcome.Succeeded : AuditOutcome.Failed;
        await state.InTransactionAsync((transaction, cancel) => RecordAsync(transaction, conversion, "link_claimed", outcome, cancel), CancellationToken.None);
        return set.State is PasswordState.Set
            ? new ClaimedAccess(conversion.Username, set.Password!)
            : throw new Refusal(RefusalReason.Unavailable, "Mattermost did not take a new password in this moment.", "Ask the helpdesk for a new link.");
    }

    /// <summary>A link counts as used only together with its row, and with the word of it in the audit: while somebody brings the account back, it opens nothing.</summary>
    private async Task<(Conversion? Conversion, bool IsOwned)> UseAsync(StateTransaction transaction, string token, WorkOwner owner, CancellationToken cancellationToken)
    {
        if (await links.FindAsync(transaction, token, cancellationToken) is not { } id)
        {
            return (null, false);
        }

        var isOwned = await conversions.TryOwnAsync(transaction, id, ConversionState.Converted, owner, cancellationToken) && await links.UseAsync(transaction, token, cancellationToken);
        var conversion = await ConversionStore.FindAsync(transaction, id, cancellationToken);
        if (isOwned)
        {
            await RecordAsync(transaction, conversion!, "claim_requested", AuditOutcome.Started, cancellationToken);
        }

        return (conversion, isOwned);
    }

    private Task RecordAsync(StateTransaction transaction, Conversion conversion, string what, AuditOutcome outcome, CancellationToken cancellationToken) =>
        audit.AppendAsync(transaction, AuditEntry.By(Actor.System, time.GetUtcNow(), $"account.{what}", conversion.Username, outcome) with { DetailJson = SsoAudit.Detail(conversion, null) }, cancellationToken);
}

/// <summary>What the page shows, once.</summary>
internal sealed record ClaimedAccess(string Username, string Password)
{
    /// <summary>Without the password.</summary>
    public override string ToString() => Username;
}
