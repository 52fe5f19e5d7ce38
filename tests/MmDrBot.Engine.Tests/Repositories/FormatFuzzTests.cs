using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CsCheck;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Sources.Files;
using MmDrBot.Engine.Tests.Support;

namespace MmDrBot.Engine.Tests.Repositories;

/// <summary>Whatever the bytes are: a refusal of the engine's own kind, or a value; no other exception, no memory for the asking.</summary>
public sealed class FormatFuzzTests
{
    private const int Iterations = 3_000;
    private static readonly MasterKey Key = TestKey.Create();

    [Fact]
    public void An_index_of_arbitrary_bytes_is_refused_or_read() =>
        Gen.OneOf(Gen.Byte.Array[0, 300], Mutated(ValidIndex())).Sample(bytes => Refuses(() => IndexFormat.Parse(bytes, "indexes/x")), iter: Iterations);

    [Fact]
    public void An_index_is_read_as_it_was_written() =>
        Gen.Select(Id.Array[0, 5], Pack.Array[0, 5]).Sample((supersedes, packs) =>
        {
            var read = IndexFormat.Parse(new IndexFormat(supersedes, packs).ToBytes(), "indexes/x");
            return read.Supersedes.SequenceEqual(supersedes) && read.Packs.Zip(packs).All(pair => pair.First.Id == pair.Second.Id && pair.First.Size == pair.Second.Size && pair.First.Blobs.SequenceEqual(pair.Second.Blobs));
        }, iter: 500);

    [Fact]
    public void An_index_that_counts_billions_takes_no_memory()
    {
        foreach (var at in new[] { 0, 4, 44 })
        {
            var bytes = new byte[200];
            bytes[4] = (byte)(at == 44 ? 1 : 0);
            bytes.AsSpan(at, 4).Fill(0x7f);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Refuses(() => IndexFormat.Parse(bytes, "indexes/x"));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        }
    }

    [Fact]
    public void A_pack_trailer_of_arbitrary_bytes_is_refused_or_read() =>
        Gen.OneOf(Gen.Byte.Array[0, 300], Mutated(ValidPack())).Sample(bytes => Refuses(() => PackFormat.ReadTrailer(Key, bytes, bytes, bytes.Length, "packs/x", proven: true)), iter: Iterations);

    [Fact]
    public void A_sealed_object_of_arbitrary_bytes_is_refused_or_read() =>
        Gen.OneOf(Gen.Byte.Array[0, 300], Mutated(SealedObject.Seal(Key, ObjectKind.Index, ValidIndex()))).Sample(bytes => Refuses(() => SealedObject.Open(Key, ObjectKind.Index, bytes, "indexes/x")), iter: Iterations);

    [Fact]
    public void A_sealed_object_with_arbitrary_content_behind_its_seal_is_refused_or_read()
    {
        using var zstd = new Zstd();
        var frame = new byte[Zstd.Bound(1000)];
        frame = frame[..zstd.Compress(new byte[1000], frame)];
        Gen.OneOf(Gen.Byte.Array[0, 100], Mutated(frame)).Sample(content => Refuses(() => SealedObject.Open(Key, ObjectKind.Manifest, SealRaw(content), "manifests/x")), iter: Iterations);
    }

    [Fact]
    public void A_key_slot_of_arbitrary_bytes_is_refused_or_read()
    {
        var slot = KeySlot.Wrap(Key, KeyKind.Passphrase, "secret", "label", DateTimeOffset.UnixEpoch).ToBytes();
        Gen.OneOf(Gen.Byte.Array[0, 300], Mutated(slot)).Sample(bytes => Refuses(() => KeySlot.Parse(bytes, "keys/" + ObjectNames.HashOf(bytes))), iter: Iterations);
    }

    [Fact]
    public void A_descriptor_of_arbitrary_bytes_is_refused_or_read() =>
        Gen.OneOf(Gen.Byte.Array[0, 100], Mutated(new RepositoryDescriptor(Key.RepositoryId).ToBytes())).Sample(bytes => Refuses(() => RepositoryDescriptor.Parse(bytes)), iter: Iterations);

    [Fact]
    public void A_manifest_of_arbitrary_JSON_is_refused_or_read()
    {
        var manifest = JsonSerializer.SerializeToUtf8Bytes(ValidManifest(), ManifestJson.Options);
        Gen.OneOf(Gen.Byte.Array[0, 100], Mutated(manifest), Respelled(manifest)).Sample(bytes => Refuses(() => Touch(ManifestJson.Parse<RestorePoint>(bytes, "manifests/x"))), iter: Iterations);
    }

    [Fact]
    public async Task A_list_of_files_of_arbitrary_bytes_is_refused_or_read()
    {
        var line = Encoding.UTF8.GetBytes("""{"p":"a/b","t":"f","m":"0600","u":1,"g":2,"s":3,"mt":"5","d":0,"r":"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"}""" + "\n");
        await using var bench = await BlobBench.CreateAsync();
        var streams = new List<StreamRef>();
        await Gen.OneOf(Gen.Byte.Array[1, 100], Mutated(line), Respelled(line)).SampleAsync(async bytes =>
        {
            var stored = await bench.StoreAsync(bytes);
            lock (streams)
            {
                streams.Add(stored);
            }
        }, iter: 1_000, threads: 1);
        await bench.CompleteAsync();
        foreach (var stream in streams)
        {
            try
            {
                await foreach (var entry in FileListReader.ReadAsync(bench.Reader, bench.BlobReader, stream, CancellationToken.None))
                {
                    Assert.NotNull(entry.Path);
                }
            }
            catch (EngineException)
            {
            }
        }
    }

    [Fact]
    public void An_id_is_64_hex_digits_and_nothing_else()
    {
        Id.Sample(id => BlobId.TryParse(id.ToString(), out var again) && again == id && BlobId.TryParse(id.ToString().ToUpperInvariant(), out again) && again == id && JsonSerializer.Deserialize<BlobId>(JsonSerializer.Serialize(id)) == id);
        Gen.String[0, 70].Sample(text => BlobId.TryParse(text, out _) == (text.Length == 64 && text.All(char.IsAsciiHexDigit)));
        Assert.False(BlobId.TryParse(new string('g', 64), out _));
        Assert.False(BlobId.TryParse(new string('0', 63) + "\u0130", out _));
    }

    private static Gen<BlobId> Id => Gen.Byte.Array[32].Select(bytes => BlobId.From(bytes));

    private static Gen<PackEntry> Pack =>
        Gen.Select(Id, Gen.Int[1, PackFormat.MaximumSize], Gen.Select(Id, Gen.Int[PackFormat.BlobOverhead + 1, PackFormat.MaximumSize], Gen.Int[0, BlobRecord.MaximumContent], (id, stored, content) => new BlobRecord(id, stored, content)).Array[0, 5], (id, size, blobs) => new PackEntry(id, size, blobs));

    /// <summary>A few bytes changed, some cut off or added.</summary>
    private static Gen<byte[]> Mutated(byte[] valid) =>
        Gen.Select(Gen.Select(Gen.Int[0, valid.Length - 1], Gen.Byte).Array[0, 4], Gen.Int[0, valid.Length], Gen.Bool, Gen.Byte.Array[0, 3]).Select((changes, cut, cuts, added) =>
        {
            var bytes = (byte[])valid.Clone();
            foreach (var (at, value) in changes)
            {
                bytes[at] = value;
            }

            byte[] mutated = [.. bytes[..(cuts ? cut : bytes.Length)], .. added];
            return mutated;
        });

    /// <summary>Still JSON, but with other values.</summary>
    private static Gen<byte[]> Respelled(byte[] json)
    {
        var text = Encoding.UTF8.GetString(json);
        var values = System.Text.RegularExpressions.Regex.Matches(text, """(?<=[:\[,])("[^"]*"|-?\d+|\[[^\[\]]*\]|\{[^{}]*\})""").Select(match => (match.Index, match.Length)).ToArray();
        string[] others = ["null", "0", "-1", "1e999", "99999999999999999999", "\"\"", "\"x\"", "[]", "{}", "[null]", "true", "\"\\ud800\""];
        return Gen.Select(Gen.Int[0, values.Length - 1], Gen.Int[0, others.Length - 1])
            .Select((which, other) => Encoding.UTF8.GetBytes(text[..values[which].Index] + others[other] + text[(values[which].Index + values[which].Length)..]));
    }

    private static void Refuses(Action read)
    {
        try
        {
            read();
        }
        catch (EngineException)
        {
        }
    }

    private static void Touch(RestorePoint point)
    {
        _ = point.Components;
        _ = point.Warnings.Count + point.Previous.Count + point.KeySlots.Count + point.Indexes.Count;
    }

    private static byte[] ValidIndex() => new IndexFormat([BlobId.From(new byte[32])], [new PackEntry(default, 4000, [new BlobRecord(default, 100, 90), new BlobRecord(default, 200, 500)])]).ToBytes();

    private static byte[] ValidPack()
    {
        using var scratch = new BlobScratch();
        using var pack = new PackBuilder(Key, new MmDrBot.Engine.Platform.AlignedBuffer(PackBuilder.BufferSize));
        foreach (var content in new byte[][] { [1, 2, 3], new byte[1000] })
        {
            pack.Add(Key.IdOf(content), content, CompressionEffort.Thorough, scratch);
        }

        return pack.Close().ToArray();
    }

    private static RestorePoint ValidManifest() => new()
    {
        Repository = Key.RepositoryId,
        CreatedAt = DateTimeOffset.UnixEpoch,
        FinishedAt = DateTimeOffset.UnixEpoch,
        Host = "host",
        Program = "program",
        State = RestorePointState.Complete,
        Warnings = ["warning"],
        Previous = [default],
        Config = new ConfigComponent("directory", "/c", 1, 2, new StreamRef(3, 0, default(BlobId))),
        Files = new FilesComponent("local", "/f", "copy", 1, 2, new StreamRef(3, 0, default(BlobId)), ["missing"], 1, ["unreadable"]),
    };

    private static byte[] SealRaw(byte[] content)
    {
        var stored = new byte[ObjectHeader.Length + content.Length + 16];
        ObjectHeader.Write(stored, ObjectKind.Manifest);
        using AesGcm cipher = Key.CipherFor(ObjectKind.Manifest, stored.AsSpan(8, 32));
        cipher.Encrypt(new byte[12], content, stored.AsSpan(ObjectHeader.Length, content.Length), stored.AsSpan(stored.Length - 16), stored.AsSpan(0, ObjectHeader.Length));
        return stored;
    }
}
