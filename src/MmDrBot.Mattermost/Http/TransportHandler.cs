namespace MmDrBot.Mattermost;

/// <summary>Outermost: turns broken connections and time-outs into <see cref="MattermostApiException"/>. Refit would do so only for calls that give a value.</summary>
internal sealed class TransportHandler : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        catch (Exception exception) when (MattermostErrors.IsTransport(exception, cancellationToken))
        {
            throw MattermostErrors.FromTransport(exception, MattermostErrors.CallOf(request));
        }
    }
}
