using System.Net;
using Amazon.Runtime;

namespace MmDrBot.Engine.Tests.ObjectStores.S3;

/// <summary>Stands between the client and a real server: a test answers, delays or spoils requests as it likes.</summary>
internal sealed class WireFaults(Func<HttpRequestMessage, Func<Task<HttpResponseMessage>>, Task<HttpResponseMessage>> onRequest) : HttpClientFactory
{
    private int _requests;

    internal int Requests => Volatile.Read(ref _requests);

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(new Handler(this)) { Timeout = Timeout.InfiniteTimeSpan };

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

    internal static HttpResponseMessage Answer(HttpStatusCode status, string code) => new(status)
    {
        Content = new StringContent($"<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>made up</Message></Error>", null, "application/xml"),
    };

    private sealed class Handler(WireFaults owner) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref owner._requests);
            return owner.Send(request, () => base.SendAsync(request, cancellationToken));
        }
    }

    private Task<HttpResponseMessage> Send(HttpRequestMessage request, Func<Task<HttpResponseMessage>> pass) => onRequest(request, pass);
}
