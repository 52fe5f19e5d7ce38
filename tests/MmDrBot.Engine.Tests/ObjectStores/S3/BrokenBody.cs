using System.Net;

namespace MmDrBot.Engine.Tests.ObjectStores.S3;

/// <summary>A body whose connection breaks after some bytes.</summary>
internal sealed class BrokenBody(byte[] content, int breaksAt) : HttpContent
{
    protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult<Stream>(new Body(content, breaksAt));

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => throw new NotSupportedException();

    protected override bool TryComputeLength(out long length)
    {
        length = content.Length;
        return true;
    }

    private sealed class Body(byte[] content, int breaksAt) : MemoryStream(content[..breaksAt])
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Fail(await base.ReadAsync(buffer, cancellationToken));

        public override async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            Fail(await base.ReadAsync(buffer, offset, count, cancellationToken));

        private static int Fail(int count) => count > 0 ? count : throw new HttpIOException(HttpRequestError.ResponseEnded, "the connection broke");
    }
}
