using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Settings;
using MmDrBot.Sso;

namespace MmDrBot.Features.Outages;

/// <summary>Issues a new way in to somebody who is converted already: the first was lost, or its mail went nowhere.</summary>
internal sealed class DeliverAccess(
    ConversionStore conversions, ConversionNames people, AccountDirectory accounts, MattermostGate mattermost, PasswordSetter passwords, AccessDelivery delivery, ClaimLinks links, StateDatabase state, AuditLog audit, SsoOptions options, TimeProvider time)
{
    public async Task<ConversionResult> HandleAsync(string user, string? deliver, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ConvertAccounts);
        var converted = (await conversions.ListOpenAsync(null, cancellationToken)).Where(one => one.State is ConversionState.Converted).ToArray();
        var conversion = await people.FindAsync(converted, user, cancellationToken)
            ?? throw new Refusal(RefusalReason.NotFound, $"@{ConversionNames.Plain(user)} is not converted.", "`sso convert` converts; `sso status` lists who is.");
        if (deliver is not null)
        {
            conversion = conversion with { Delivery = DeliveryWords.TryParse(deliver, out var chosen) ? chosen : throw new Refusal(RefusalReason.Invalid, "--deliver takes reset-email, one-time-link or temporary-password.") };
        }

        delivery.RequirePossible(conversion.Delivery, actor);
        var account = await accounts.GetAsync(conversion.UserId, cancellationToken) ?? throw new Refusal(RefusalReason.NotFound, $"@{conversion.Username} does not exist any more in Mattermost's database.", "`sso sign-off` takes it out of the books.");
        if (actor.Door is not Door.Cli && account.IsSystemAdmin)
        {
            throw new Refusal(RefusalReason.Forbidden, $"@{conversion.Username} is a system administrator; their way in is issued on the host only: `mmdr sso deliver`.");
        }

        if (!account.UsesPassword)
        {
            throw new Refusal(RefusalReason.Conflict, $"@{conversion.Username} signs in with {account.AuthService} by now, though the books have the account as converted.", "`sso reconcile` says what can be done.");
        }

        // The mail goes where the account's address is now, and its name may be another by now, too.
        conversion = conversion with { Email = account.Email, Username = account.Username };
        var notes = SignInNotes.Of(account, await mattermost.SignInRulesAsync(cancellationToken));
        await links.WithdrawAsync(conversion.Id, cancellationToken);
        var handover = await HandOverAsync(conversion, actor, cancellationToken);
        await delivery.RecordAsync(new Dictionary<Conversion, Handover> { [conversion] = handover }, actor, CancellationToken.None);
        return new ConversionResult
        {
            Wanted = user,
            Username = conversion.Username,
            UserId = conversion.UserId,
            ConversionId = conversion.Id,
            ExpiresAt = conversion.ExpiresAt,
            AsksForMfa = conversion.MfaActive,
            Outcome = handover.Done ? ConversionOutcome.Converted : ConversionOutcome.Failed,
            Message = ConversionAnswers.Converted(conversion, handover, conversion.ExpiresAt, notes),
            Obstacles = notes.Obstacles,
            Link = handover.Link,
            TemporaryPassword = handover.TemporaryPassword,
        };
    }

    /// <summary>Only what is handed over as it is needs a password now; the mail and the link lead to one that is set later.</summary>
    private async Task<Handover> HandOverAsync(Conversion conversion, Actor actor, CancellationToken cancellationToken)
    {
        if (conversion.Delivery is not Delivery.TemporaryPassword)
        {
            return await delivery.DeliverAsync(conversion, null, CancellationToken.None);
        }

        await using var rows = new OwnedRows(conversions, options.SettleTime, time);
        if (!await state.InTransactionAsync((transaction, token) => OwnAsync(transaction, conversion, rows.Owner, actor, token), cancellationToken))
        {
            throw new Refusal(RefusalReason.Conflict, $"@{conversion.Username} is being worked on by another call.", "Try again in a moment.");
        }

        var set = await passwords.SetAsync(conversion, CancellationToken.None);
        await conversions.FreeAsync(set.MayBeLate ? [] : [conversion.Id], rows.Owner, CancellationToken.None);
        return set.State is PasswordState.Set ? await delivery.DeliverAsync(conversion, set.Password, CancellationToken.None) : new Handover(false, set.Problem);
    }

    /// <summary>The audit knows of the password before Mattermost does.</summary>
    private async Task<bool> OwnAsync(StateTransaction transaction, Conversion conversion, WorkOwner owner, Actor actor, CancellationToken cancellationToken)
    {
        var isOwned = await conversions.TryOwnAsync(transaction, conversion.Id, ConversionState.Converted, owner, cancellationToken);
        if (isOwned)
        {
            await audit.AppendAsync(transaction, AuditEntry.By(actor, time.GetUtcNow(), "account.password_requested", conversion.Username, AuditOutcome.Started) with { DetailJson = SsoAudit.Detail(conversion, null) }, cancellationToken);
        }

        return isOwned;
    }
}
