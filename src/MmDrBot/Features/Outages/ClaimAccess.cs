using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Sso;

namespace MmDrBot.Features.Outages;

/// <summary>Uses a one-time link up: makes a password in this moment, sets it, and shows it to whoever holds the link.</summary>
internal sealed class ClaimAccess(ClaimLinks links, ConversionStore conversions, PasswordSetter passwords, StateDatabase state, AuditLog audit, TimeProvider time)
{
    /// <exception cref="Refusal">NotFound: unknown, used or expired; Unavailable: Mattermost did not take the password.</exception>
    public async Task<ClaimedAccess> HandleAsync(string token, CancellationToken cancellationToken)
    {
        var id = await state.InTransactionAsync((transaction, cancel) => UseAsync(transaction, token, cancel), cancellationToken);
        var conversion = id is null ? null : await conversions.FindAsync(id, cancellationToken);
        if (conversion is not { State: ConversionState.Converted })
        {
            throw new Refusal(RefusalReason.NotFound, "This link was used already, has run out, or its account was brought back to single sign-on.", "Ask the helpdesk for a new one.");
        }

        var set = await passwords.SetAsync(conversion.UserId, CancellationToken.None);
        return set.IsSet
            ? new ClaimedAccess(conversion.Username, set.Password!)
            : throw new Refusal(RefusalReason.Unavailable, "Mattermost did not take a new password in this moment.", "Ask the helpdesk for a new link.");
    }

    private async Task<string?> UseAsync(StateTransaction transaction, string token, CancellationToken cancellationToken)
    {
        var id = await links.UseAsync(transaction, token, cancellationToken);
        if (id is not null)
        {
            await audit.AppendAsync(transaction, AuditEntry.By(Actor.System, time.GetUtcNow(), "account.link_claimed", id, AuditOutcome.Succeeded), cancellationToken);
        }

        return id;
    }
}

/// <summary>What the page shows, once.</summary>
internal sealed record ClaimedAccess(string Username, string Password)
{
    /// <summary>Without the password.</summary>
    public override string ToString() => Username;
}
