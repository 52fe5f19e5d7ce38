using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MmDrBot.Engine.Repositories;

/// <summary>32 bytes that name a blob (HMAC-SHA256 of its content) or an object (SHA-256 of its stored bytes).</summary>
[InlineArray(Length)]
[JsonConverter(typeof(Converter))]
public struct BlobId : IEquatable<BlobId>, IComparable<BlobId>
{
    /// <summary>Bytes in an id.</summary>
    public const int Length = 32;

    private byte _first;

    /// <summary>Takes the first 32 bytes of <paramref name="bytes"/>.</summary>
    public static BlobId From(ReadOnlySpan<byte> bytes)
    {
        var id = default(BlobId);
        bytes[..Length].CopyTo(id);
        return id;
    }

    /// <summary>Reads 64 hex digits.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out BlobId id)
    {
        id = default;
        return text.Length == 2 * Length && Convert.FromHexString(text, id, out _, out _) == System.Buffers.OperationStatus.Done;
    }

    /// <summary>Writes the 32 bytes.</summary>
    public readonly void CopyTo(Span<byte> destination) => ((ReadOnlySpan<byte>)this).CopyTo(destination);

    /// <inheritdoc/>
    public readonly bool Equals(BlobId other) => ((ReadOnlySpan<byte>)this).SequenceEqual(other);

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is BlobId other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => BinaryPrimitives.ReadInt32LittleEndian(this);

    /// <inheritdoc/>
    public readonly int CompareTo(BlobId other) => ((ReadOnlySpan<byte>)this).SequenceCompareTo(other);

    /// <inheritdoc/>
    public override readonly string ToString() => Convert.ToHexStringLower(this);

    /// <summary>Compares byte by byte.</summary>
    public static bool operator ==(BlobId left, BlobId right) => left.Equals(right);

    /// <summary>Compares byte by byte.</summary>
    public static bool operator !=(BlobId left, BlobId right) => !left.Equals(right);

    private sealed class Converter : JsonConverter<BlobId>
    {
        public override BlobId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            TryParse(reader.GetString(), out var id) ? id : throw new JsonException("not an id of 64 hex digits");

        public override void Write(Utf8JsonWriter writer, BlobId value, JsonSerializerOptions options)
        {
            Span<byte> hex = stackalloc byte[2 * Length];
            Convert.TryToHexStringLower(value, hex, out _);
            writer.WriteStringValue(hex);
        }

        public override BlobId ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Read(ref reader, typeToConvert, options);

        public override void WriteAsPropertyName(Utf8JsonWriter writer, BlobId value, JsonSerializerOptions options) => writer.WritePropertyName(value.ToString());
    }
}
