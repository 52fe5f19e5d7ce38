using System.Text.Json;
using MmDrBot.Access;
using MmDrBot.Data;

namespace MmDrBot.Jobs;

/// <summary>Puts a job's row and its audit entry into the state, in one transaction.</summary>
internal sealed class JobLauncher(StateDatabase database, JobQueue queue, TimeProvider time)
{
    internal static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web);

    /// <summary>
    /// Launches. When the state is out of reach, a command on the host still gets a job, one without a row (its id is empty): disaster
    /// is no time to insist on a record. The follower says so and leaves the record in the repository.
    /// </summary>
    public async Task<Job> LaunchAsync<T>(string kind, T request, string? exclusiveKey, Actor actor, JobLaunch launch, CancellationToken cancellationToken)
    {
        var job = new NewJob(kind, actor)
        {
            RequestJson = JsonSerializer.Serialize(request, Json),
            ExclusiveKey = exclusiveKey,
            ReplyToJson = launch.ReplyToJson,
            Claim = launch.Claim,
        };
        if (launch.Rehearsal is { } rehearsal)
        {
            rehearsal.Keep(job, launch);
            return Unrecorded(job, JobState.Pending);
        }

        try
        {
            return await database.InTransactionAsync((transaction, token) => EnqueueAsync(transaction, job, launch, token), cancellationToken);
        }
        catch (Refusal unavailable) when (unavailable.Reason is RefusalReason.Unavailable && launch is { Claim: not null, Alongside: null, Recorded: null })
        {
            return Unrecorded(job, JobState.Running) with
            {
                StartedAt = time.GetUtcNow(),
                Error = new JobError("unavailable", unavailable.Message, unavailable.Hint),
            };
        }
    }

    private async Task<Job> EnqueueAsync(StateTransaction transaction, NewJob job, JobLaunch launch, CancellationToken cancellationToken)
    {
        if (launch.Alongside is { } alongside)
        {
            await alongside(transaction, cancellationToken);
        }

        var launched = await queue.EnqueueAsync(transaction, job, cancellationToken);
        if (launch.Recorded is { } recorded)
        {
            await recorded(transaction, launched, cancellationToken);
        }

        return launched;
    }

    private Job Unrecorded(NewJob job, JobState state) => new()
    {
        Id = "",
        Kind = job.Kind,
        State = state,
        RequestJson = job.RequestJson,
        ActorName = job.Actor.Name,
        Door = job.Actor.Door,
        CreatedAt = time.GetUtcNow(),
    };
}
