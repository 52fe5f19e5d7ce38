using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MmDrBot.Access;
using MmDrBot.Jobs;

namespace MmDrBot.Features.JobHistory;

/// <summary>
/// How a job stands, again each time that it changes, until it is over. An event's id tells what was seen, so whoever comes back with it hears only
/// what is new. The row is looked at, whichever process runs the job.
/// </summary>
internal sealed class JobEvents(JobHistory jobs, TimeProvider time, IHostApplicationLifetime lifetime)
{
    internal const string Progress = "progress", End = "end";

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SayEvery = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ComeBackAfter = TimeSpan.FromSeconds(2);

    internal static string IdOf(JobView view) => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(view, JobLauncher.Json)))[..16];

    /// <param name="id">The job's whole id.</param>
    /// <param name="seen">The id of the last event that was seen, or null.</param>
    /// <param name="alive">Tells whoever listens that there is nothing new.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="cancellationToken">Ends the events.</param>
    internal async IAsyncEnumerable<SseItem<JobView>> FollowAsync(string id, string? seen, Func<Task> alive, Actor actor, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        var said = time.GetUtcNow();
        while (await LookAsync(id, actor, either.Token) is { } view)
        {
            if (IdOf(view) is var now && now != seen)
            {
                yield return new SseItem<JobView>(view, view.FinishedAt is null ? Progress : End) { EventId = now, ReconnectionInterval = ComeBackAfter };
                (seen, said) = (now, time.GetUtcNow());
            }

            if (view.FinishedAt is not null || !await WaitAsync(either.Token))
            {
                yield break;
            }

            if (time.GetUtcNow() - said >= SayEvery)
            {
                await alive();
                said = time.GetUtcNow();
            }
        }
    }

    /// <summary>Null when there is nothing more to be had now: the stream ends, and whoever listens comes back.</summary>
    private async Task<JobView?> LookAsync(string id, Actor actor, CancellationToken cancellationToken)
    {
        try
        {
            return JobView.Of(await jobs.GetAsync(id, actor, cancellationToken));
        }
        catch (Exception exception) when (exception is Refusal or OperationCanceledException)
        {
            return null;
        }
    }

    private async Task<bool> WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(LookEvery, time, cancellationToken);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
