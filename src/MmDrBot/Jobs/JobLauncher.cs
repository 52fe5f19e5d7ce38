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
        try
        {
            return await database.InTransactionAsync((transaction, token) => EnqueueAsync(transaction, job, launch, token), cancellationToken);
        }
        catch (Refusal unavailable) when (unavailable.Reason is RefusalReason.Unavailable && launch is { Claim: not null, Alongside: null })
        {
            return new Job
            {
                Id = "",
                Kind = kind,
                State = JobState.Running,
                RequestJson = job.RequestJson,
                ActorName = actor.Name,
                Door = actor.Door,
                CreatedAt = time.GetUtcNow(),
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

        return await queue.EnqueueAsync(transaction, job, cancellationToken);
    }
}
