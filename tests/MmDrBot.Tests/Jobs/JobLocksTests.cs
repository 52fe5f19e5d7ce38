using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using MmDrBot.Access;
using MmDrBot.Jobs;
using MmDrBot.Protection;
using MmDrBot.TestKit.Files;

namespace MmDrBot.Tests.Jobs;

public sealed class JobLocksTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 2, 30, 0, TimeSpan.Zero);
    private readonly TempDirectory _directory = new();
    private readonly FakeTimeProvider _clock = new(Start);
    private readonly Waits _waits = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("schedule")]
    [InlineData("system")]
    public async Task What_runs_by_itself_waits_until_the_others_are_done(string door)
    {
        var prune = HostLock.ForMaintenance(_directory.Path, "r");
        var waiting = TakeAsync(door);
        Assert.False(waiting.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.False(waiting.IsCompleted);
        Assert.Equal("wait", _waits.Phases.Distinct().Single());

        prune.Dispose();
        while (!waiting.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromSeconds(10));
            await Task.Yield();
        }

        (await waiting).Dispose();
    }

    [Theory]
    [InlineData("cli")]
    [InlineData("chat")]
    [InlineData("rest")]
    public async Task A_person_is_told_at_once(string door)
    {
        using var prune = HostLock.ForMaintenance(_directory.Path, "r");

        Assert.Equal(RefusalReason.Locked, (await Assert.ThrowsAsync<Refusal>(() => TakeAsync(door))).Reason);
        Assert.Empty(_waits.Phases);
    }

    [Fact]
    public async Task After_six_hours_it_gives_up()
    {
        using var prune = HostLock.ForMaintenance(_directory.Path, "r");
        var waiting = TakeAsync("schedule");
        while (!waiting.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromHours(1));
            await Task.Yield();
        }

        Assert.Equal(RefusalReason.Locked, (await Assert.ThrowsAsync<Refusal>(() => waiting)).Reason);
        Assert.True(_clock.GetUtcNow() - Start >= TimeSpan.FromHours(6));
    }

    private Task<HostLock> TakeAsync(string door)
    {
        var job = new Job { Id = "job", Kind = "backup", State = JobState.Running, RequestJson = "{}", ActorName = "test", Door = EnumText.Parse<Door>(door), CreatedAt = _clock.GetUtcNow() };
        return JobLocks.TakeAsync(job, () => HostLock.ForBackup(_directory.Path, "r"), _waits, _clock, CancellationToken.None);
    }

    private sealed class Waits : IProgress<JobProgress>
    {
        internal ConcurrentQueue<string> Phases { get; } = [];

        public void Report(JobProgress value) => Phases.Enqueue(value.Phase);
    }
}
