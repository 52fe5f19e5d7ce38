using System.Security.Cryptography;
using System.Text;
using MmDrBot.Access;
using MmDrBot.Settings;

namespace MmDrBot.Sealing;

/// <summary>
/// The one secret of the service, from which every purpose gets a key of its own. It protects what the state holds and what Mattermost
/// carries for us, never the restore points: losing it costs open buttons, enrolled second factors and sealed tokens, nothing else.
/// </summary>
internal sealed class ServiceSecret(AppSettings settings)
{
    private const int KeyBytes = 32;
    private readonly Lazy<byte[]> _secret = new(() => Load(settings));

    /// <summary>32 bytes that belong to this purpose alone.</summary>
    /// <exception cref="Refusal">Unavailable: there is no secret, or its file can't be read.</exception>
    internal byte[] KeyFor(string purpose) => HKDF.DeriveKey(HashAlgorithmName.SHA256, _secret.Value, KeyBytes, info: Encoding.UTF8.GetBytes($"mmdr {purpose}"));

    private static byte[] Load(AppSettings settings)
    {
        if (settings.Service.Secret is { Length: > 0 } given)
        {
            return Encoding.UTF8.GetBytes(given);
        }

        var directory = settings.StateDirectory ?? throw new Refusal(
            RefusalReason.Unavailable,
            "MMDR_Service__Secret is not set, and with a state in PostgreSQL there is no place that all replicas share to keep one.",
            "Set MMDR_Service__SecretFile to a file with 32 random characters or more, the same for every replica: `openssl rand -hex 32`.");
        return SecretFile.ReadOrCreate(Path.Combine(directory, "service.key"), KeyBytes);
    }
}
