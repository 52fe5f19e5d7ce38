namespace MmDrBot.Mattermost;

/// <summary>Reads each answer to its end, so that a connection that breaks within the body is repeated like any other, and notes version and clock.</summary>
internal sealed class AnswerHandler(MattermostServer server, TimeProvider time) : DelegatingHandler
{
    private const int MaxAnswerBytes = 16 * 1024 * 1024;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await base.SendAsync(request, cancellationToken);

        try
        {
            await answer.Content.LoadIntoBufferAsync(MaxAnswerBytes, cancellationToken);
        }
        catch
        {
            answer.Dispose();
            throw;
        }

        if (answer.Headers.TryGetValues("X-Version-Id", out var values) && MattermostVersion.Parse(values.First()) is { } version)
            server.Observe(version);

        if (answer.Headers.Date is { } theirs)
            server.Observe(theirs - Seconds(time.GetUtcNow()));

        return answer;
    }

    // The header has no fractions.
    private static DateTimeOffset Seconds(DateTimeOffset moment) => DateTimeOffset.FromUnixTimeSeconds(moment.ToUnixTimeSeconds());
}
