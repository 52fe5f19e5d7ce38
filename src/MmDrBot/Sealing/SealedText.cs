using System.Security.Cryptography;
using System.Text;
using MmDrBot.Access;

namespace MmDrBot.Sealing;

/// <summary>Text that the state holds but only this service can read: AES-256-GCM, a random nonce, bound to its purpose and its owner.</summary>
internal static class SealedText
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    /// <param name="key">Of this purpose alone.</param>
    /// <param name="owner">What it belongs to; moved to another row it can't be opened.</param>
    /// <param name="text">What to seal.</param>
    internal static string Seal(byte[] key, string owner, string text)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var box = new byte[NonceBytes + plain.Length + TagBytes];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceBytes));
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Encrypt(box.AsSpan(0, NonceBytes), plain, box.AsSpan(NonceBytes, plain.Length), box.AsSpan(NonceBytes + plain.Length), Encoding.UTF8.GetBytes(owner));
        return Convert.ToBase64String(box);
    }

    /// <exception cref="Refusal">Damaged: it was sealed with another secret or for another owner, or altered.</exception>
    internal static string Open(byte[] key, string owner, string text)
    {
        try
        {
            var box = Convert.FromBase64String(text);
            var plain = new byte[box.Length - NonceBytes - TagBytes];
            using var cipher = new AesGcm(key, TagBytes);
            cipher.Decrypt(box.AsSpan(0, NonceBytes), box.AsSpan(NonceBytes, plain.Length), box.AsSpan(NonceBytes + plain.Length), plain, Encoding.UTF8.GetBytes(owner));
            return Encoding.UTF8.GetString(plain);
        }
        catch (Exception failure) when (failure is FormatException or CryptographicException or ArgumentException or OverflowException)
        {
            throw new Refusal(RefusalReason.Damaged, $"What is sealed for {owner} can't be opened: the service's secret was changed since, or the state was altered.", "Put the old secret back (service.key beside the state, or MMDR_Service__Secret), or set it up anew.", failure);
        }
    }
}
