using System.Text;
using System.Text.Json;

namespace MmDrBot.Engine.Repositories;

/// <summary>What `repository.json` says. Its bytes follow from the id alone, so that a lost one can be written again.</summary>
internal sealed record RepositoryDescriptor(string Id)
{
    internal const int Version = 1;
    private const string Format = "mmdr-repository";

    internal byte[] ToBytes() => Encoding.ASCII.GetBytes($"{{\"format\":\"{Format}\",\"version\":{Version},\"id\":\"{Id}\"}}\n");

    internal static RepositoryDescriptor Parse(ReadOnlySpan<byte> bytes)
    {
        Document? document;
        try
        {
            document = JsonSerializer.Deserialize<Document>(bytes, ManifestJson.Options);
        }
        catch (JsonException failure)
        {
            throw EngineException.Damaged(ObjectNames.Descriptor, "it is not JSON", failure);
        }

        if (document?.Format != Format)
        {
            throw EngineException.Damaged(ObjectNames.Descriptor, $"it does not say {Format}");
        }

        if (document.Version > Version)
        {
            throw new EngineException(EngineFault.TooNew, $"The repository has format {document.Version}; this program reads up to {Version}.", "Use a newer mmdr.");
        }

        var descriptor = new RepositoryDescriptor(document.Id ?? "");
        return bytes.SequenceEqual(descriptor.ToBytes()) ? descriptor : throw EngineException.Damaged(ObjectNames.Descriptor, "its bytes are not those that init wrote");
    }

    private sealed record Document(string? Format, int Version, string? Id);
}
