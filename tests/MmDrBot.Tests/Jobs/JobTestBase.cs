using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MmDrBot.Access;
using MmDrBot.Jobs;
using MmDrBot.Tests.Data;

namespace MmDrBot.Tests.Jobs;


/// <summary>What tests of jobs share.</summary>
public abstract class JobTestBase : IAsyncLifetime
{
    private protected static readonly Actor Alice =
        new("mattermost:alice", Door.Chat, new HashSet<Permission> { Permission.TakeBackup });

    private protected JobTestBase(StateDatabases databases) => State = new(databases, Configure);

    private protected StateFixture State { get; }

    private protected ScriptedHandler Handler { get; } = new();

    private protected RecordingReporter Reporter { get; } = new();

    private protected RecordingLogs Logs { get; } = new();

    private protected static CancellationToken None => CancellationToken.None;

    public virtual Task InitializeAsync() => Task.CompletedTask;

    public virtual async Task DisposeAsync() => await State.DisposeAsync();

    private protected virtual void Configure(IServiceCollection services)
    {
        services.AddLogging(logging => logging.AddProvider(Logs));
        services.AddSingleton<IJobHandler>(Handler);
        services.AddSingleton<IJobReporter>(Reporter);
    }

    private protected static NewJob Backup(JobClaim? claim = null) =>
        new("backup", Alice) { RequestJson = """{"label":"x"}""", ExclusiveKey = "backup", ReplyToJson = """{"channel":"c"}""", Claim = claim };

    private protected Task<Job> EnqueueAsync(NewJob request) =>
        State.Database.InTransactionAsync((transaction, token) => State.Queue.EnqueueAsync(transaction, request, token), None);

    /// <summary>A job that runs in this process, as a command would have it.</summary>
    private protected Task<Job> EnqueueClaimedAsync() => EnqueueAsync(Backup(State.Queue.NewClaim()));

    private protected Task<Job> CancelAsync(string id) =>
        State.Database.InTransactionAsync((transaction, token) => State.Transitions.CancelAsync(transaction, id, Actor.System, token), None);

    /// <summary>Oldest first.</summary>
    private protected async Task<IReadOnlyList<string>> AuditedAsync() =>
        [.. (await State.Audit.ListAsync(before: null, limit: 100, None)).Reverse().Select(record => record.Entry.Action)];

    private protected void Tick() => State.Clock.Advance(TimeSpan.FromSeconds(1));
}
