using System.Security.Cryptography;
using MmDrBot.Access;

namespace MmDrBot.Sealing;

/// <summary>A file of random bytes that only its owner can read; made whole at once, so that two processes that start together agree.</summary>
internal static class SecretFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <exception cref="Refusal">Unavailable: it can't be made or read, or is not whole.</exception>
    internal static byte[] ReadOrCreate(string path, int length)
    {
        try
        {
            if (!File.Exists(path))
            {
                Create(path, RandomNumberGenerator.GetBytes(length));
            }

            var bytes = File.ReadAllBytes(path);
            return bytes.Length == length ? bytes : throw new IOException($"{path} has {bytes.Length} bytes instead of {length}.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new Refusal(RefusalReason.Unavailable, $"The service's secret can't be used: {failure.Message}", "Run as the user that owns the state, or move a damaged file away: a new one is made, and open buttons and enrolled second factors are void.", failure);
        }
    }

    private static void Create(string path, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var draft = $"{path}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";
        using (var file = new FileStream(draft, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }

        try
        {
            File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was quicker; its bytes count.
            File.Delete(draft);
        }
    }
}
