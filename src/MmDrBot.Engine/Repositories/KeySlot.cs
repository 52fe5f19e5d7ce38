using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Org.BouncyCastle.Crypto.Generators;

namespace MmDrBot.Engine.Repositories;

/// <summary>The master key, wrapped by a passphrase or a recovery key.</summary>
internal sealed record KeySlot
{
    internal const string FormatName = "mmdr-key-slot";

    public required string Format { get; init; }

    public required int Version { get; init; }

    public required string Repository { get; init; }

    public required KeyKind Kind { get; init; }

    public string? Label { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string Descriptor { get; init; }

    public required Derivation Kdf { get; init; }

    public required byte[] Nonce { get; init; }

    public required byte[] Wrapped { get; init; }

    internal static KeySlot Wrap(MasterKey key, KeyKind kind, string secret, string? label, DateTimeOffset now)
    {
        var kdf = new Derivation { Name = "scrypt", N = 1 << 16, R = 8, P = 1, Salt = RandomNumberGenerator.GetBytes(32) };
        var nonce = RandomNumberGenerator.GetBytes(12);
        var wrapped = new byte[MasterKey.Length + 16];
        using var cipher = kdf.Cipher(secret);
        cipher.Encrypt(nonce, key.Secret, wrapped.AsSpan(0, MasterKey.Length), wrapped.AsSpan(MasterKey.Length), Binding(key.RepositoryId));
        return new KeySlot
        {
            Format = FormatName,
            Version = RepositoryDescriptor.Version,
            Repository = key.RepositoryId,
            Kind = kind,
            Label = label,
            CreatedAt = now,
            Descriptor = ObjectNames.HashOf(new RepositoryDescriptor(key.RepositoryId).ToBytes()).ToString(),
            Kdf = kdf,
            Nonce = nonce,
            Wrapped = wrapped,
        };
    }

    /// <summary>Reads a slot and checks that its bytes are those of its name.</summary>
    internal static KeySlot Parse(ReadOnlySpan<byte> stored, string name)
    {
        if (ObjectNames.HashOf(stored) != ObjectNames.IdOf(name))
        {
            throw EngineException.Damaged(name, "its bytes do not have the hash that its name says");
        }

        var slot = ManifestJson.Parse<KeySlot>(stored, name);
        if (slot.Version > RepositoryDescriptor.Version)
        {
            throw new EngineException(EngineFault.TooNew, $"{name} has format {slot.Version}; this program reads up to {RepositoryDescriptor.Version}.", "Use a newer mmdr.");
        }

        return slot.Format == FormatName && slot.Wrapped.Length == MasterKey.Length + 16 && slot.Nonce.Length == 12 && slot.Kdf.IsSensible
            ? slot
            : throw EngineException.Damaged(name, "it is no key slot that this program writes");
    }

    /// <summary>Reads a slot of the repository with the given id.</summary>
    internal static KeySlot ParseOwn(ReadOnlySpan<byte> stored, string name, string repositoryId) =>
        Parse(stored, name) is var slot && slot.Repository == repositoryId
            ? slot
            : throw EngineException.Damaged(name, $"it belongs to another repository ({slot.Repository})");

    internal byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, ManifestJson.Options);

    /// <returns>The master key, or null when the secret is not this slot's.</returns>
    internal MasterKey? Unwrap(string secret)
    {
        var master = new byte[MasterKey.Length];
        using var cipher = Kdf.Cipher(secret);
        try
        {
            cipher.Decrypt(Nonce, Wrapped.AsSpan(0, MasterKey.Length), Wrapped.AsSpan(MasterKey.Length), master, Binding(Repository));
            return new MasterKey(master, Repository);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    private static byte[] Binding(string repositoryId) => Encoding.ASCII.GetBytes($"mmdr/1/key-slot/{repositoryId}");

    internal sealed record Derivation
    {
        public required string Name { get; init; }

        public required int N { get; init; }

        public required int R { get; init; }

        public required int P { get; init; }

        public required byte[] Salt { get; init; }

        /// <summary>Whoever can write to the store can write a slot: none may cost more than 1 GiB of memory (128 N R bytes).</summary>
        internal bool IsSensible =>
            Name == "scrypt" && N is > 1 and <= 1 << 20 && int.IsPow2(N) && R is > 1 and <= 32 && P is > 0 and <= 16 && (long)N * R <= 1 << 23 && Salt.Length is >= 16 and <= 64;

        internal AesGcm Cipher(string secret)
        {
            var key = SCrypt.Generate(Encoding.UTF8.GetBytes(secret), Salt, N, R, P, 32);
            var cipher = new AesGcm(key, 16);
            CryptographicOperations.ZeroMemory(key);
            // The derivation's scratch (64 MiB) would stay with the process until a full collection, which an idle one never makes.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            return cipher;
        }
    }
}
