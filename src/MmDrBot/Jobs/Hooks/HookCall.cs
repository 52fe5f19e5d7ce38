using System.Globalization;
using System.Net.Http.Json;
using MmDrBot.Settings;
using MmDrBot.Webhooks;

namespace MmDrBot.Jobs.Hooks;

/// <summary>Calls an address, by the rules of webhooks: what is not public has to be allowed there.</summary>
internal sealed class HookCall(WebhookOptions webhooks, TimeProvider time) : IDisposable
{
    private readonly HttpClient _http = new(new GuardedConnection(new AddressGuard(webhooks.Networks)).Handler()) { Timeout = Timeout.InfiniteTimeSpan };

    public void Dispose() => _http.Dispose();

    /// <returns>What went wrong, in a sentence; null when nothing did.</returns>
    internal async Task<string?> RunAsync(string url, HookFacts facts, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = JsonContent.Create(facts.Document) };
            request.Headers.UserAgent.ParseAdd($"mmdr/{ProgramVersion.Version}");
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return answer.IsSuccessStatusCode ? null : string.Create(CultureInfo.InvariantCulture, $"it answered {(int)answer.StatusCode}.");
        }
        catch (OperationCanceledException)
        {
            return late.IsCancellationRequested ? string.Create(CultureInfo.InvariantCulture, $"it gave no answer within {timeout.TotalSeconds:0.#} s.") : "it was given up, because the job was ended.";
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return $"it could not be reached: {(failure.InnerException ?? failure).Message}";
        }
    }
}
