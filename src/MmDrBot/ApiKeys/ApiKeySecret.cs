using System.Security.Cryptography;
using System.Text;
using MmDrBot.Access;

namespace MmDrBot.ApiKeys;

/// <summary>"mmdr_" and 32 random bytes. They need no slow hash: nobody can guess 256 bits.</summary>
internal static class ApiKeySecret
{
    private const string Scheme = "mmdr_";
    private const int PrefixLength = 8;

    public static string New() => Scheme + Base32.Encode(RandomNumberGenerator.GetBytes(32));

    /// <summary>Null when the text cannot be a key.</summary>
    public static string? Prefix(string secret) =>
        secret.StartsWith(Scheme, StringComparison.Ordinal) && secret.Length > Scheme.Length + PrefixLength
            ? secret.Substring(Scheme.Length, PrefixLength)
            : null;

    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>Takes the same time wherever the two differ.</summary>
    public static bool Matches(string secret, string hash) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Hash(secret)), Encoding.UTF8.GetBytes(hash));
}
