using System.Security.Cryptography;
using System.Text;

namespace MmDrBot.Engine.Repositories;

/// <summary>The repository's root secret and the keys that come from it (docs/design.md, "Keys").</summary>
internal sealed class MasterKey(byte[] secret, string repositoryId)
{
    internal const int Length = 32;
    internal const int SaltLength = 32;

    private readonly byte[] _blobKey = Derive(secret, repositoryId, "blob-id", []);

    internal string RepositoryId { get; } = repositoryId;

    internal ReadOnlySpan<byte> Secret => secret;

    internal byte[] Derive(string purpose, ReadOnlySpan<byte> salt) => Derive(secret, RepositoryId, purpose, salt);

    internal AesGcm CipherFor(ObjectKind kind, ReadOnlySpan<byte> salt)
    {
        var key = KeyFor(kind, salt);
        var cipher = new AesGcm(key, AesGcm.TagByteSizes.MaxSize);
        CryptographicOperations.ZeroMemory(key);
        return cipher;
    }

    internal byte[] KeyFor(ObjectKind kind, ReadOnlySpan<byte> salt) => Derive(kind.ToString().ToLowerInvariant(), salt);

    internal BlobId IdOf(ReadOnlySpan<byte> content)
    {
        var id = default(BlobId);
        HMACSHA256.HashData(_blobKey, content, id);
        return id;
    }

    private static byte[] Derive(byte[] secret, string repositoryId, string purpose, ReadOnlySpan<byte> salt)
    {
        var key = new byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, key, salt, Encoding.ASCII.GetBytes($"mmdr/1/{purpose}/{repositoryId}"));
        return key;
    }
}
