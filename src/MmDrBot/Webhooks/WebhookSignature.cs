using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MmDrBot.Webhooks;

/// <summary>Signatures as https://www.standardwebhooks.com has them: HMAC-SHA256 over `id.timestamp.body`.</summary>
internal static class WebhookSignature
{
    private const string Prefix = "whsec_";
    private const int SecretBytes = 32;

    internal static string NewSecret() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <returns>The header `Webhook-Signature`.</returns>
    internal static string Of(string secret, string id, long timestamp, string body)
    {
        var key = Convert.FromBase64String(secret[Prefix.Length..]);
        var text = string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}.{body}");
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
    }
}
