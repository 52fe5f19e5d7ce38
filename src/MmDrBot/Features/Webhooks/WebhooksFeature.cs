using FluentValidation;
using MmDrBot.Verbs;
using MmDrBot.Webhooks;

namespace MmDrBot.Features.Webhooks;

internal static class WebhooksFeature
{
    internal static IServiceCollection AddWebhooks(this IServiceCollection services) => services
        .AddSingleton<DeliveryStore>()
        .AddSingleton<WebhookSender>()
        .AddSingleton<WebhookSeals>()
        .AddSingleton<WebhookAttempts>()
        .AddSingleton<IValidator<AddWebhookRequest>, AddWebhookValidator>()
        .AddSingleton<AddWebhook>()
        .AddSingleton<ListWebhooks>()
        .AddSingleton<RemoveWebhook>()
        .AddSingleton<TestWebhook>()
        .AddSingleton<RedeliverEvent>()
        .AddSingleton<Verb, WebhookAddVerb>()
        .AddSingleton<Verb, WebhookListVerb>()
        .AddSingleton<Verb, WebhookRemoveVerb>()
        .AddSingleton<Verb, WebhookTestVerb>()
        .AddSingleton<Verb, WebhookDeliveriesVerb>()
        .AddSingleton<Verb, WebhookRedeliverVerb>();

    /// <summary>Delivers; for the service only.</summary>
    internal static IServiceCollection AddWebhookCourier(this IServiceCollection services) => services.AddHostedService<WebhookCourier>();
}
