using Dapper;
using MmDrBot.Access;

namespace MmDrBot.Jobs;

/// <summary>The statements that change rows of jobs, and their values.</summary>
internal static class JobSql
{
    public const string Insert =
        """
        insert into jobs (id, kind, state, exclusive_key, request, actor_name, door, created_at, started_at,
            host, pid, pid_started_at, lease_owner, lease_until, reply_to)
        values (@Id, @Kind, @State, @ExclusiveKey, @Request, @ActorName, @Door, @CreatedAt, @StartedAt,
            @Host, @Pid, @PidStartedAt, @LeaseOwner, @LeaseUntil, @ReplyTo)
        on conflict do nothing
        returning *
        """;

    public const string Renew =
        """
        update jobs set lease_until = @until
        where id = @id and lease_owner = @owner and state = 'running'
        returning cancel_requested
        """;

    public const string SaveProgress =
        """
        update jobs set progress = @progress
        where id = @id and lease_owner = @owner and state = 'running'
        returning *
        """;

    public const string Finish =
        """
        update jobs set state = @State, finished_at = @FinishedAt, lease_until = null,
            result = @Result, error = @Error, progress = coalesce(@Progress, progress)
        where id = @Id and coalesce(lease_owner, '') = @Owner and state in ('pending', 'running')
        returning *
        """;

    public const string RequestCancel =
        """
        update jobs set cancel_requested = 1
        where id = @id and state = 'running'
        returning *
        """;

    public static string Claim(int kinds, string rowLock) =>
        $"""
        update jobs set state = 'running', started_at = @StartedAt, host = @Host, pid = @Pid, pid_started_at = @PidStartedAt,
            lease_owner = @LeaseOwner, lease_until = @LeaseUntil
        where id = (
            select id from jobs
            where state = 'pending' and kind in ({string.Join(", ", Enumerable.Range(0, kinds).Select(index => $"@Kind{index}"))})
            order by id limit 1 {rowLock})
        returning *
        """;

    public static DynamicParameters ClaimValues(IReadOnlyList<string> kinds, JobClaim claim, DateTimeOffset now)
    {
        var values = new DynamicParameters(new
        {
            StartedAt = now.ToUnixTimeMilliseconds(),
            claim.Process.Host,
            Pid = (long)claim.Process.Pid,
            PidStartedAt = claim.Process.StartedAt,
            LeaseOwner = claim.Owner,
            LeaseUntil = claim.Until.ToUnixTimeMilliseconds(),
        });

        for (var index = 0; index < kinds.Count; index++)
            values.Add($"Kind{index}", kinds[index]);

        return values;
    }

    public static object InsertValues(NewJob job, DateTimeOffset now) => new
    {
        Id = TimedId.New(now),
        job.Kind,
        State = EnumText.Of(job.Claim is null ? JobState.Pending : JobState.Running),
        job.ExclusiveKey,
        Request = job.RequestJson,
        ActorName = job.Actor.Name,
        Door = EnumText.Of(job.Actor.Door),
        CreatedAt = now.ToUnixTimeMilliseconds(),
        StartedAt = job.Claim is null ? (long?)null : now.ToUnixTimeMilliseconds(),
        job.Claim?.Process.Host,
        Pid = (long?)job.Claim?.Process.Pid,
        PidStartedAt = job.Claim?.Process.StartedAt,
        LeaseOwner = job.Claim?.Owner,
        LeaseUntil = job.Claim?.Until.ToUnixTimeMilliseconds(),
        ReplyTo = job.ReplyToJson,
    };

    public static object FinishValues(string id, string? owner, JobEnd end, DateTimeOffset now) => new
    {
        Id = id,
        Owner = owner ?? "",
        State = EnumText.Of(end.State),
        FinishedAt = now.ToUnixTimeMilliseconds(),
        Result = end.ResultJson,
        Error = JobRow.ToJson(end.Error),
        Progress = JobRow.ToJson(end.Progress),
    };
}
