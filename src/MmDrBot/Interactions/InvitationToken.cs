using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MmDrBot.Interactions;

/// <summary>
/// An invitation as text: its JSON and an HMAC-SHA256 over it, both in base64url, with a dot between. All that an invitation says is
/// under the signature.
/// </summary>
internal static class InvitationToken
{
    private const int LongestToken = 8192;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    internal static string Seal(byte[] key, Invitation invitation)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(invitation, Json);
        return $"{Base64Url.EncodeToString(body)}.{Base64Url.EncodeToString(HMACSHA256.HashData(key, body))}";
    }

    /// <returns>Null for what we did not sign.</returns>
    internal static Invitation? Open(byte[] key, string? token)
    {
        if (token is not { Length: > 0 and <= LongestToken } || token.Split('.') is not [var body, var signature])
        {
            return null;
        }

        try
        {
            var bytes = Base64Url.DecodeFromChars(body);
            return CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(key, bytes), Base64Url.DecodeFromChars(signature))
                ? JsonSerializer.Deserialize<Invitation>(bytes, Json)
                : null;
        }
        catch (Exception malformed) when (malformed is FormatException or JsonException)
        {
            return null;
        }
    }
}
