using System.Text.Json;
using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Mattermost;
using MmDrBot.Settings;

namespace MmDrBot.Sso;

/// <summary>Hands the way in over to the person, or to whoever is on the phone with them.</summary>
internal sealed class AccessDelivery(
    MattermostGate mattermost, MattermostCalls calls, ClaimLinks links, ConversionStore conversions, StateDatabase state, AuditLog audit, AppSettings settings, SsoOptions options, TimeProvider time)
{
    /// <exception cref="Refusal">Invalid: this door or this installation can't hand over in that way.</exception>
    internal void RequirePossible(Delivery? wanted, Actor actor)
    {
        if (wanted is Delivery.TemporaryPassword && actor.Door is Door.Chat)
        {
            throw new Refusal(RefusalReason.Invalid, "A password is never shown in chat.", "Use --deliver one-time-link or reset-email; REST and the command line on the host can show a password.");
        }

        if (wanted is Delivery.OneTimeLink && settings.Http.PublicUrl is not { Length: > 0 })
        {
            throw new Refusal(RefusalReason.Invalid, "One-time links need the address under which people reach this service, which is not set.", "Set MMDR_Http__PublicUrl, such as https://mmdr.example.com; or hand over otherwise: --deliver reset-email, or temporary-password by REST or on the host.");
        }
    }

    internal async Task<Handover> DeliverAsync(Conversion conversion, string? password, CancellationToken cancellationToken) => conversion.Delivery switch
    {
        Delivery.ResetEmail => await MailAsync(conversion, cancellationToken),
        Delivery.OneTimeLink => await LinkAsync(conversion, cancellationToken),
        _ => password is null ? Handover.Later(conversion) : new Handover(true, null) { TemporaryPassword = password },
    };

    internal Task RecordAsync(IReadOnlyDictionary<Conversion, Handover> handed, Actor actor, CancellationToken cancellationToken) => handed.Count == 0 ? Task.CompletedTask : state.InTransactionAsync(
        async (transaction, token) =>
        {
            await ConversionStore.LockAsync(transaction, handed.Keys.Select(one => one.Id), token);
            foreach (var (conversion, handover) in handed)
            {
                await conversions.DeliveredAsync(transaction, conversion.Id, handover.Done ? time.GetUtcNow() : null, handover.Problem, token);
            }

            var (done, failed) = (handed.Count(item => item.Value.Done), handed.Count(item => !item.Value.Done));
            var entry = AuditEntry.By(actor, time.GetUtcNow(), "account.access_delivered", handed.Count == 1 ? handed.Keys.Single().Username : $"{handed.Count} accounts", failed == 0 ? AuditOutcome.Succeeded : AuditOutcome.Failed) with
            {
                DetailJson = handed.Count == 1
                    ? SsoAudit.Detail(handed.Keys.Single(), handed.Values.Single().Problem)
                    : JsonSerializer.Serialize(new { done, failed, accounts = handed.Keys.OrderBy(one => one.Username, StringComparer.Ordinal).Select(one => new { user = one.Username, outage = one.OutageId, ticket = one.Ticket, delivery = EnumText.Of(one.Delivery), problem = handed[one].Problem }) }, JsonSerializerOptions.Web),
            };
            await audit.AppendAsync(transaction, entry, token);
        },
        cancellationToken);

    private async Task<Handover> MailAsync(Conversion conversion, CancellationToken cancellationToken)
    {
        var failure = await calls.TryAsync(token => mattermost.Api.SendPasswordResetAsync(new PasswordResetRequest(conversion.Email), token), cancellationToken);
        return failure is null
            ? new Handover(true, null)
            : new Handover(false, $"The reset mail could not be sent ({failure.Message}). `sso deliver @{conversion.Username} --deliver one-time-link` gives another way in.");
    }

    private async Task<Handover> LinkAsync(Conversion conversion, CancellationToken cancellationToken)
    {
        if (settings.Http.PublicUrl is not { Length: > 0 } address)
        {
            return new Handover(false, "One-time links need MMDR_Http__PublicUrl, which is not set. `sso deliver` gives another way in.");
        }

        var token = await links.IssueAsync(conversion.Id, cancellationToken);
        return new Handover(true, null) { Link = $"{address.TrimEnd('/')}/sso/claim#{token}", LinkGoodFor = options.LinkLifetime };
    }
}
