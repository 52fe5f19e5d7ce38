using CsCheck;
using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Tests.Repositories;

/// <summary>Readers meet bytes that nobody wrote: they refuse by name, and never throw anything else or ask for huge memory.</summary>
public sealed class ArbitraryBytesTests
{
    private const string Name = "indexes/0000";
    private static readonly MasterKey Key = new(new byte[32], "00");
    private static readonly Gen<byte[]> Bytes = Gen.Byte.Array[0, 400];

    [Fact]
    public void An_index_of_arbitrary_bytes_is_refused() => Bytes.Sample(bytes => IsReadOrRefused(() => IndexFormat.Parse(bytes, Name)), iter: 20_000);

    [Fact]
    public void A_spoiled_index_is_read_as_it_was_or_refused()
    {
        var whole = new IndexFormat([ObjectNames.HashOf("a"u8)], [new PackEntry(ObjectNames.HashOf("b"u8), 1000, [new BlobRecord(ObjectNames.HashOf("c"u8), 100, 90)])]).ToBytes();
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte).Sample(
            change =>
            {
                var spoiled = whole.ToArray();
                spoiled[change.Item1] = change.Item2;
                return IsReadOrRefused(() => IndexFormat.Parse(spoiled, Name));
            },
            iter: 5_000);
    }

    [Fact]
    public void A_packs_end_of_arbitrary_bytes_is_refused() =>
        Bytes.Sample(bytes => IsReadOrRefused(() => PackFormat.ReadTrailer(Key, bytes, bytes, bytes.Length, Name, proven: false)), iter: 20_000);

    [Fact]
    public void A_sealed_object_of_arbitrary_bytes_is_refused() =>
        Bytes.Sample(bytes => IsReadOrRefused(() => SealedObject.Open(Key, ObjectKind.Manifest, [.. "MMDR\u0001M\0\0"u8, .. bytes], Name)), iter: 5_000);

    [Fact]
    public void A_manifest_of_arbitrary_text_is_refused() =>
        Gen.String[0, 200].Sample(text => IsReadOrRefused(() => ManifestJson.Parse<RestorePoint>(System.Text.Encoding.UTF8.GetBytes(text), Name)), iter: 5_000);

    [Fact]
    public void A_descriptor_of_arbitrary_bytes_is_refused() => Bytes.Sample(bytes => IsReadOrRefused(() => RepositoryDescriptor.Parse(bytes)), iter: 5_000);

    [Fact]
    public void What_was_sealed_opens_again() =>
        Bytes.Sample(bytes => SealedObject.Open(Key, ObjectKind.Audit, SealedObject.Seal(Key, ObjectKind.Audit, bytes), Name).AsSpan().SequenceEqual(bytes), iter: 300);

    private static bool IsReadOrRefused<T>(Func<T> read)
    {
        try
        {
            return read() is not null;
        }
        catch (EngineException)
        {
            return true;
        }
    }
}
