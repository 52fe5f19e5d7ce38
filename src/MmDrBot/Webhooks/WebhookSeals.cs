using MmDrBot.Sealing;

namespace MmDrBot.Webhooks;

/// <summary>What the state holds of a webhook that nobody else may read: the key of its signatures, and its URL's query.</summary>
internal sealed class WebhookSeals(ServiceSecret secret)
{
    private readonly Lazy<byte[]> _key = new(() => secret.KeyFor("webhooks"));

    internal string SealKey(string id, string key) => SealedText.Seal(_key.Value, $"webhook {id}", key);

    /// <returns>Null where the URL has no query.</returns>
    internal string? SealQuery(string id, Uri url) => url.Query.Length == 0 ? null : SealedText.Seal(_key.Value, QueryOf(id), url.Query);

    /// <exception cref="Access.Refusal">Damaged: the service's secret was changed since.</exception>
    internal string KeyOf(Webhook webhook) => SealedText.Open(_key.Value, $"webhook {webhook.Id}", webhook.SealedSecret);

    /// <summary>With its query.</summary>
    /// <exception cref="Access.Refusal">Damaged: the service's secret was changed since.</exception>
    internal Uri UrlOf(Webhook webhook) =>
        webhook.SealedQuery is { } query ? new UriBuilder(webhook.Url) { Query = SealedText.Open(_key.Value, QueryOf(webhook.Id), query) }.Uri : webhook.Url;

    private static string QueryOf(string id) => $"query of webhook {id}";
}
