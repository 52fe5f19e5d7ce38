using System.Security.Cryptography;

namespace MmDrBot.Engine.Repositories;

/// <summary>The 40 clear bytes before every encrypted object: magic, format version, kind, salt.</summary>
internal static class ObjectHeader
{
    internal const int Length = 8 + MasterKey.SaltLength;
    private const byte Version = 1;

    private static ReadOnlySpan<byte> Magic => "MMDR"u8;

    /// <summary>Writes a header with a fresh salt.</summary>
    internal static void Write(Span<byte> header, ObjectKind kind)
    {
        Magic.CopyTo(header);
        header[4] = Version;
        header[5] = (byte)kind;
        header[6] = header[7] = 0;
        RandomNumberGenerator.Fill(header[8..Length]);
    }

    /// <summary>Checks a header and gives back its salt.</summary>
    /// <param name="stored">The object's begin.</param>
    /// <param name="kind">The kind that it must have.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="proven">True when the bytes have the hash of the name; else a version that is not known is damage like any other.</param>
    internal static ReadOnlySpan<byte> Read(ReadOnlySpan<byte> stored, ObjectKind kind, string name, bool proven = true)
    {
        if (stored.Length < Length || !stored.StartsWith(Magic))
        {
            throw EngineException.Damaged(name, "it does not begin as its kind does");
        }

        if (proven && stored[4] > Version)
        {
            throw new EngineException(EngineFault.TooNew, $"{name} has format {stored[4]}; this program reads up to {Version}.", "Use a newer mmdr.");
        }

        return stored[4] == Version && stored[5] == (byte)kind && stored[6] == 0 && stored[7] == 0
            ? stored[8..Length]
            : throw EngineException.Damaged(name, "its header is not that of its kind");
    }
}
