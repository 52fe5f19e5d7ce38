using Microsoft.Extensions.DependencyInjection;
using MmDrBot.Access;
using MmDrBot.Alarms;
using MmDrBot.Alarms.Sources;
using MmDrBot.Engine.Locking;
using MmDrBot.Features.RepositoryCare;
using MmDrBot.Jobs;
using MmDrBot.Protection;
using MmDrBot.TestKit.S3;
using MmDrBot.Tests.Data;

namespace MmDrBot.Tests.Alarms;

/// <summary>Locks in a real bucket, looked at as time goes by while nothing runs.</summary>
public sealed class LockAlarmTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Period = TimeSpan.FromDays(30);
    private TestBucket _bucket = null!;
    private AlarmBench _bench = null!;

    public async Task InitializeAsync()
    {
        var server = await S3Server.SharedAsync();
        _bucket = await server.CreateBucketAsync(objectLock: true);
        _bench = new AlarmBench(
            StateDatabases.Sqlite(),
            ("Repository:Url", $"s3://{_bucket.Name}/dr"), ("Repository:Passphrase", "a-passphrase-of-locks-3307"), ("Repository:S3:Endpoint", server.Endpoint), ("Repository:S3:AccessKey", server.AccessKey), ("Repository:S3:SecretKey", server.SecretKey),
            ("Repository:ObjectLock:Mode", "governance"), ("Repository:ObjectLock:Days", "7"), ("Repositories:offsite:Url", "s3://nowhere/dr"), ("Repositories:offsite:S3:Endpoint", "http://127.0.0.1:9"), ("Repositories:offsite:ObjectLock:Mode", "governance"));
        _bench.Clock.SetUtcNow(DateTimeOffset.UtcNow);
    }

    public async Task DisposeAsync()
    {
        await _bench.DisposeAsync();
        await _bucket.DisposeAsync();
    }

    [Fact]
    public async Task Locks_that_nothing_extends_are_told_before_they_end_and_no_more_once_they_are_extended()
    {
        var process = _bench.NewProcess();
        await process.GetRequiredService<RepositoryProvider>().InitializeAsync(CancellationToken.None);
        var source = ActivatorUtilities.CreateInstance<LockSource>(process);
        async Task<Alarm[]> TellAsync() => [.. (await source.JudgeAsync(_bench.Clock.GetUtcNow(), CancellationToken.None)).Alarms.Where(alarm => alarm.Kind == "locks_ending")];

        Assert.Empty(await TellAsync());
        _bench.Clock.Advance(TimeSpan.FromDays(5.5));
        Assert.Empty(await TellAsync());
        _bench.Clock.Advance(TimeSpan.FromHours(3));
        Assert.Equal(("locks_ending/main", AlarmSeverity.Warning), Assert.Single(await TellAsync()) is var near ? (near.Key, near.Severity) : default);
        _bench.Clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal(AlarmSeverity.Critical, Assert.Single(await TellAsync()).Severity);

        await process.GetServices<IJobHandler>().Single(handler => handler.Kind == ExtendLocks.Kind).RunAsync(
            new Job { Id = "x", Kind = ExtendLocks.Kind, State = JobState.Running, RequestJson = "{}", ActorName = "schedule", Door = Door.System, CreatedAt = _bench.Clock.GetUtcNow() }, new Progress<JobProgress>(), CancellationToken.None);
        Assert.Empty(await TellAsync());
    }

    [Fact]
    public async Task What_is_out_of_reach_keeps_nothing_else_from_being_judged_and_is_told_after_a_day()
    {
        var process = _bench.NewProcess();
        var source = ActivatorUtilities.CreateInstance<LockSource>(process);
        await process.GetRequiredService<RepositoryProvider>().InitializeAsync(CancellationToken.None);
        var judgement = await source.JudgeAsync(_bench.Clock.GetUtcNow(), CancellationToken.None);
        Assert.Null(judgement.Obstacle);
        Assert.Equal(["locks_ending/offsite"], judgement.Unknown);
        Assert.DoesNotContain(judgement.Alarms, alarm => alarm.Kind == "not_judged");

        _bench.Clock.Advance(TimeSpan.FromHours(25));
        judgement = await source.JudgeAsync(_bench.Clock.GetUtcNow(), CancellationToken.None);

        Assert.Equal("locks of offsite", Assert.Single(judgement.Alarms, alarm => alarm.Kind == "not_judged").Subject);
        Assert.Equal(["locks_ending/offsite"], judgement.Unknown);
    }

    [Theory]
    [InlineData(15.0, 0, null, null)]
    [InlineData(6.1, 0, null, null)]
    [InlineData(5.9, 0, AlarmSeverity.Warning, "the first ends on 2026-03-07")]
    [InlineData(-0.1, 12, AlarmSeverity.Critical, "the first ended on 2026-03-01 09:36 UTC; at least 12 of 400 objects are not locked")]
    [InlineData(20.0, 3, AlarmSeverity.Warning, "some have none; at least 3 of 400 objects are not locked")]
    [InlineData(null, 3, AlarmSeverity.Warning, "some have none")]
    public void Locks_may_have_so_many_days_left(double? days, int unlocked, object? severity, string? said)
    {
        var alarm = LockSource.Judge("main", new LockOutlook(400, unlocked, days is { } left ? Now.AddDays(left) : null, Period), Now);

        Assert.Equal((AlarmSeverity?)severity, alarm?.Severity);
        Assert.Contains(said ?? "", alarm?.Message ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void What_to_do_names_the_copy() =>
        Assert.Contains("`mmdr repository extend-locks --repository offsite`", LockSource.Judge("offsite", new LockOutlook(1, 1, null, Period), Now)!.Cure, StringComparison.Ordinal);
}
