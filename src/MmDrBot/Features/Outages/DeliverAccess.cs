using MmDrBot.Access;
using MmDrBot.Sso;

namespace MmDrBot.Features.Outages;

/// <summary>Issues a new way in to somebody who is converted already: the first was lost, or its mail went nowhere.</summary>
internal sealed class DeliverAccess(ConversionStore conversions, PasswordSetter passwords, AccessDelivery delivery)
{
    public async Task<ConversionResult> HandleAsync(string user, string? deliver, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ConvertAccounts);
        var name = user.Trim().TrimStart('@').ToLowerInvariant();
        var conversion = (await conversions.ListOpenAsync(null, cancellationToken)).FirstOrDefault(one => one.State is ConversionState.Converted && (one.Username == name || one.Email == name || one.UserId == name))
            ?? throw new Refusal(RefusalReason.NotFound, $"@{name} is not converted.", "`sso convert` converts; `sso status` lists who is.");
        var order = new ConvertOrder { Users = [user], Ticket = conversion.Ticket, Delivery = conversion.Delivery };
        if (deliver is not null)
        {
            order = order with { Delivery = DeliveryWords.TryParse(deliver, out var chosen) ? chosen : throw new Refusal(RefusalReason.Invalid, "--deliver takes reset-email, one-time-link or temporary-password.") };
        }

        delivery.RequirePossible(order, actor);
        conversion = conversion with { Delivery = order.Delivery!.Value };

        // Only what is handed over as it is needs a password now; the mail and the link lead to one that is set later.
        var set = conversion.Delivery is Delivery.TemporaryPassword ? await passwords.SetAsync(conversion.UserId, CancellationToken.None) : PasswordSet.Of("");
        var handover = set.IsSet ? await delivery.DeliverAsync(conversion, set.Password!, CancellationToken.None) : new Handover(false, set.Problem);
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
            Message = ConversionAnswers.Converted(conversion, handover, conversion.ExpiresAt),
            Link = handover.Link,
            TemporaryPassword = handover.TemporaryPassword,
        };
    }
}
