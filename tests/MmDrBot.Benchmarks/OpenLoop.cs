using System.Collections.Concurrent;
using System.Diagnostics;

namespace MmDrBot.Benchmarks;

/// <summary>
/// Sends at fixed times, whether or not earlier requests were answered, and measures from the time at which a request was due: a service that
/// stalls is charged for every request that had to wait meanwhile.
/// </summary>
internal sealed class OpenLoop(Uri url) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false, UseProxy = false }) { Timeout = TimeSpan.FromSeconds(30) };

    public void Dispose() => _http.Dispose();

    /// <returns>Milliseconds, in order.</returns>
    internal async Task<IReadOnlyList<double>> RunAsync(KeyValuePair<string, string>[] form, int rate, TimeSpan length, CancellationToken cancellationToken)
    {
        var (latencies, sent) = (new ConcurrentBag<double>(), new List<Task>());
        var clock = Stopwatch.StartNew();
        for (var number = 0; number < (int)(rate * length.TotalSeconds); number++)
        {
            var due = TimeSpan.FromSeconds((double)number / rate);
            while (clock.Elapsed < due)
            {
                Thread.Sleep(1);
            }

            sent.Add(Task.Run(() => SendAsync(form, clock, due, latencies, cancellationToken), cancellationToken));
        }

        await Task.WhenAll(sent);
        return [.. latencies.Order()];
    }

    internal static double At(IReadOnlyList<double> sorted, double share) => sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))];

    private async Task SendAsync(KeyValuePair<string, string>[] form, Stopwatch clock, TimeSpan due, ConcurrentBag<double> latencies, CancellationToken cancellationToken)
    {
        using var content = new FormUrlEncodedContent(form);
        using var answer = await _http.PostAsync(url, content, cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        latencies.Add((clock.Elapsed - due).TotalMilliseconds);
        if (!answer.IsSuccessStatusCode || text.Contains("token is not known", StringComparison.Ordinal) || text.Contains("did not say who you are", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"The command was not run: {(int)answer.StatusCode} {text}");
        }
    }
}
