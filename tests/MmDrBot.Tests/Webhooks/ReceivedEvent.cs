using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace MmDrBot.Tests.Webhooks;

/// <summary>What a receiver got.</summary>
internal sealed record ReceivedEvent(string Method, string Target, string Id, string Timestamp, string Signature, string ContentType, string Body)
{
    internal JsonNode Json => JsonNode.Parse(Body)!;

    internal string Type => (string)Json["type"]!;

    internal DateTimeOffset SentAt => DateTimeOffset.FromUnixTimeSeconds(long.Parse(Timestamp, CultureInfo.InvariantCulture));

    /// <summary>As the specification says, written anew here: base64 of HMAC-SHA256 with the bytes behind `whsec_`, over id, timestamp and body.</summary>
    internal bool IsSignedWith(string secret)
    {
        using var mac = new HMACSHA256(Convert.FromBase64String(secret.Replace("whsec_", "", StringComparison.Ordinal)));
        var bytes = Encoding.UTF8.GetBytes(Id + "." + Timestamp + "." + Body);
        return Signature == "v1," + Convert.ToBase64String(mac.ComputeHash(bytes));
    }
}
