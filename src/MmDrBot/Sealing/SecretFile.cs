using System.Security.Cryptography;
using MmDrBot.Access;
using MmDrBot.Engine.Platform;

namespace MmDrBot.Sealing;

/// <summary>A file of random bytes that only its owner can read; made whole at once, so that two processes that start together agree.</summary>
internal static class SecretFile
{
    /// <exception cref="Refusal">Unavailable: it can't be made or read, or is not whole.</exception>
    internal static byte[] ReadOrCreate(string path, int length)
    {
        try
        {
            if (!File.Exists(path))
            {
                // When another process is quicker, its bytes count.
                WriteOnceFile.TryCreate(path, RandomNumberGenerator.GetBytes(length));
            }

            var bytes = File.ReadAllBytes(path);
            return bytes.Length == length ? bytes : throw new IOException($"{path} has {bytes.Length} bytes instead of {length}.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new Refusal(RefusalReason.Unavailable, $"The service's secret can't be used: {failure.Message}", "Run as the user that owns the state, or move a damaged file away: a new one is made, and open buttons and enrolled second factors are void.", failure);
        }
    }
}
