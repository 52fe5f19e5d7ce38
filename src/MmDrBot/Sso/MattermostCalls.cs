using System.Net;
using MmDrBot.Mattermost;

namespace MmDrBot.Sso;

/// <summary>Sends writes to Mattermost: waits as long as a 429 asks (five minutes at most), for such a call was not carried out; anything else is the caller's to judge.</summary>
internal sealed class MattermostCalls(TimeProvider time)
{
    private const int Patience = 30;
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    /// <returns>Null when it was carried out; else the failure, of which a transient one leaves open whether it was.</returns>
    internal async Task<MattermostApiException?> TryAsync(Func<CancellationToken, Task> call, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await call(cancellationToken);
                return null;
            }
            catch (MattermostApiException limited) when (limited.StatusCode is HttpStatusCode.TooManyRequests && attempt < Patience)
            {
                var wait = limited.RetryAfter ?? TimeSpan.FromSeconds(1);
                await Task.Delay(wait < LongestWait ? wait : LongestWait, time, cancellationToken);
            }
            catch (MattermostApiException failure)
            {
                return failure;
            }
        }
    }
}
