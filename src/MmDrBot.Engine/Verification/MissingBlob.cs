using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Verification;

/// <summary>Words a missing blob by the object that would hold it.</summary>
internal static class MissingBlob
{
    internal static string Describe(BlobId id, LoadedIndex loaded)
    {
        var pack = loaded.Packs.Values.FirstOrDefault(pack => pack.Blobs.Any(blob => blob.Id == id));
        if (pack is null)
        {
            return $"Blob {id} is in no index.";
        }

        var name = ObjectNames.Of(ObjectKind.Pack, pack.Id);
        return loaded.Present.TryGetValue(pack.Id, out var size) ? $"{name} has {size} bytes where the index says {pack.Size}." : $"{name} is missing.";
    }
}
