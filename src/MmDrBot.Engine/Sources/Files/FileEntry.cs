using System.Text.Json.Serialization;
using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Sources.Files;

/// <summary>One line of a list of files (docs/design.md, "files"); members are short because there are many.</summary>
internal sealed record FileEntry
{
    [JsonPropertyName("p")]
    public required string Path { get; init; }

    [JsonPropertyName("t")]
    public required string Type { get; init; }

    [JsonPropertyName("m")]
    public string? Mode { get; init; }

    [JsonPropertyName("u")]
    public uint? User { get; init; }

    [JsonPropertyName("g")]
    public uint? Group { get; init; }

    [JsonPropertyName("s")]
    public long Size { get; init; }

    [JsonPropertyName("mt")]
    public string? Modified { get; init; }

    [JsonPropertyName("ct")]
    public string? Changed { get; init; }

    [JsonPropertyName("i")]
    public long? Inode { get; init; }

    [JsonPropertyName("l")]
    public string? Target { get; init; }

    /// <summary>The target of a link where it is not UTF-8; <see cref="Target"/> is absent then.</summary>
    [JsonPropertyName("lb")]
    public byte[]? RawTarget { get; init; }

    [JsonPropertyName("e")]
    public string? ETag { get; init; }

    [JsonPropertyName("d")]
    public int Depth { get; init; }

    [JsonPropertyName("r")]
    public BlobId? Root { get; init; }

    [JsonIgnore]
    internal bool IsFile => Type == "f";

    [JsonIgnore]
    internal bool IsLink => Type == "l";

    [JsonIgnore]
    internal bool IsDirectory => Type == "d";

    [JsonIgnore]
    internal StreamRef Content => new(Size, Depth, Root);

    internal FileEntry With(StreamRef content) => this with { Size = content.Size, Depth = content.Depth, Root = content.Root };

    /// <summary>Whether nothing that a change would touch has changed. Lists of earlier versions have no ETags.</summary>
    internal bool IsSameAs(FileEntry before) =>
        Type == before.Type && Size == before.Size && Modified == before.Modified && Changed == before.Changed && Inode == before.Inode
        && (ETag == before.ETag || before.ETag is null);
}
