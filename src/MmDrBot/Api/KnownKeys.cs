using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace MmDrBot.Api;

/// <summary>
/// Which keys were good when they came last. It opens nothing, the state does at every request; it only tells those that need no limit by
/// address from guesses. Only good keys get in, so it never has more entries than there are keys.
/// </summary>
internal sealed class KnownKeys
{
    private readonly ConcurrentDictionary<string, bool> _good = new(StringComparer.Ordinal);

    internal bool Has(string? secret) => secret is not null && _good.ContainsKey(Name(secret));

    internal void Remember(string? secret, bool isGood)
    {
        if (isGood)
        {
            _good[Name(secret!)] = true;
        }
        else if (secret is not null)
        {
            _good.TryRemove(Name(secret), out _);
        }
    }

    /// <summary>A hash, so that neither the memory holds secrets nor the time of a look-up tells of them.</summary>
    private static string Name(string secret) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
