using System.Security.Cryptography;

namespace MmDrBot.Engine.Repositories;

/// <summary>Where objects of each kind lie (docs/design.md, "Objects").</summary>
internal static class ObjectNames
{
    internal const string Descriptor = "repository.json";
    internal const string Keys = "keys/";
    internal const string Packs = "packs/";
    internal const string Indexes = "indexes/";
    internal const string Manifests = "manifests/";
    internal const string Tombstones = "tombstones/";
    internal const string Condemned = "condemned/";
    internal const string Distrusted = "distrusted/";
    internal const string Audit = "audit/";
    internal const string Ledger = "ledger/";
    internal const string Anchors = "anchors/";
    internal const string GivenUp = "given-up/";
    internal const string Verifications = "verifications/";
    internal const string Locks = "locks/";
    internal const string Pins = "pins/";

    internal static string Folder(ObjectKind kind) => kind switch
    {
        ObjectKind.Pack => Packs,
        ObjectKind.Index => Indexes,
        ObjectKind.Manifest => Manifests,
        ObjectKind.Tombstone => Tombstones,
        ObjectKind.Condemned => Condemned,
        ObjectKind.Distrusted => Distrusted,
        ObjectKind.Audit => Audit,
        ObjectKind.Ledger => Ledger,
        ObjectKind.Anchor => Anchors,
        ObjectKind.GivenUp => GivenUp,
        ObjectKind.Verification => Verifications,
        ObjectKind.Lock => Locks,
        ObjectKind.Pin => Pins,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    internal static string Of(ObjectKind kind, BlobId id)
    {
        var hex = id.ToString();
        return kind is ObjectKind.Pack ? $"{Packs}{hex[..2]}/{hex}" : Folder(kind) + hex;
    }

    /// <summary>The folder that a name lies in, with its slash.</summary>
    internal static string FolderOf(string name) => name[..(name.IndexOf('/', StringComparison.Ordinal) + 1)];

    /// <summary>The id at the end of a name, or null when the name is none of ours.</summary>
    internal static BlobId? IdOf(string name) =>
        BlobId.TryParse(name.AsSpan(name.LastIndexOf('/') + 1), out var id) ? id : null;

    internal static BlobId HashOf(ReadOnlySpan<byte> stored)
    {
        var id = default(BlobId);
        SHA256.HashData(stored, id);
        return id;
    }
}
