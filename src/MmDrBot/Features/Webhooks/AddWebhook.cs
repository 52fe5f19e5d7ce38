using System.Net;
using FluentValidation;
using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Settings;
using MmDrBot.Webhooks;

namespace MmDrBot.Features.Webhooks;

/// <summary>An address to call, and the events to call it for; no events means all. The name is for people; without one, the host's.</summary>
internal sealed record AddWebhookRequest(string Url, IReadOnlyList<string>? Events, string? Name);

internal sealed class AddWebhookValidator : AbstractValidator<AddWebhookRequest>
{
    private const int LongestUrl = 2000;

    public AddWebhookValidator()
    {
        RuleFor(request => request.Url)
            .Must(url => url is { Length: <= LongestUrl } && Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")
            .WithMessage("A webhook needs an http or https URL of at most 2000 characters.")
            .Must(url => !Uri.TryCreate(url, UriKind.Absolute, out var uri) || (uri.UserInfo.Length == 0 && uri.Fragment.Length == 0))
            .WithMessage("A webhook's URL has neither a user nor a fragment: the receiver knows us by the signature.");
        RuleForEach(request => request.Events).Must(name => name == WebhookEvents.All || WebhookEvents.Names.Contains(name))
            .WithMessage($"{{PropertyValue}} is no event; there are {string.Join(", ", WebhookEvents.Names)}, and * for all.");
        RuleFor(request => request.Name).Must(name => name is null || (name.Length is > 0 and <= 64 && !name.Any(char.IsControl))).WithMessage("A webhook's name has 1 to 64 characters in one line.");
    }
}

/// <summary>A webhook as it was added, with the key of its signatures, which is shown this once.</summary>
internal sealed record AddedWebhook(WebhookView Webhook, string Secret);

/// <summary>Adds a webhook.</summary>
internal sealed class AddWebhook(IValidator<AddWebhookRequest> validator, WebhookStore webhooks, WebhookSeals seals, AppSettings settings, StateDatabase state, AuditLog audit, TimeProvider time)
{
    public async Task<AddedWebhook> HandleAsync(AddWebhookRequest request, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageWebhooks);
        validator.RequireValid(request);
        var url = new Uri(request.Url);
        RequireAllowed(url);
        var (now, key) = (time.GetUtcNow(), WebhookSignature.NewSecret());
        var id = TimedId.New(now);
        var webhook = new Webhook
        {
            Id = id,
            Name = request.Name ?? url.Host,
            Url = new Uri(url.GetLeftPart(UriPartial.Path)),
            SealedQuery = seals.SealQuery(id, url),
            Events = request.Events is { Count: > 0 } events ? [.. events.Distinct()] : [WebhookEvents.All],
            SealedSecret = seals.SealKey(id, key),
            CreatedAt = now,
            CreatedBy = actor.Name,
        };
        await state.InTransactionAsync((transaction, token) => InsertAsync(transaction, webhook, actor, token), cancellationToken);
        return new AddedWebhook(WebhookView.Of(webhook), key);
    }

    private async Task InsertAsync(StateTransaction transaction, Webhook webhook, Actor actor, CancellationToken cancellationToken)
    {
        var others = await WebhookStore.ListAsync(transaction, cancellationToken);
        if (others.Any(other => other.Name == webhook.Name))
        {
            throw new Refusal(RefusalReason.Conflict, $"There is a webhook {webhook.Name} already.", "Give another name: `--name NAME`.");
        }

        if (others.Count >= Webhook.Most)
        {
            throw new Refusal(RefusalReason.Conflict, $"There are {Webhook.Most} webhooks already, which is the most.", "`webhook remove` takes one away.");
        }

        await webhooks.InsertAsync(transaction, webhook, cancellationToken);
        await audit.AppendAsync(transaction, AuditEntry.By(actor, webhook.CreatedAt, "webhook.added", webhook.Name, AuditOutcome.Succeeded), cancellationToken);
    }

    /// <summary>A name is judged whenever it is connected to; an address can be judged now.</summary>
    private void RequireAllowed(Uri url)
    {
        if (IPAddress.TryParse(url.IdnHost, out var address) && !new AddressGuard(settings.Webhooks.Networks).Allows(address))
        {
            throw new Refusal(RefusalReason.Invalid, $"{address} is not a public address.", "MMDR_Webhooks__AllowedNetworks__0 can allow its network, such as 10.1.2.0/24.");
        }
    }
}
