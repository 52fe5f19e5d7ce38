using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MmDrBot.Access;
using MmDrBot.Diagnosis;
using MmDrBot.Features.Doctor;
using MmDrBot.Tests.Data;

namespace MmDrBot.Tests.Setup;

public sealed class RunDoctorTests
{
    private readonly CountingTime _time = new();

    [Fact]
    public async Task A_check_that_hangs_is_left_behind_and_the_others_are_told()
    {
        var hanging = new Check("slow", _ => new TaskCompletionSource<IReadOnlyList<Finding>>().Task);

        var running = RunAsync(hanging, new Check("quick", _ => Found("quick")));
        await PatienceEndsAsync(running);

        Assert.Equal(["slow failed", "quick ok"], (await running).Findings.Select(finding => $"{finding.What} {EnumText.Of(finding.State)}"));
    }

    [Fact]
    public async Task A_check_that_blocks_its_thread_holds_nobody_up()
    {
        using var release = new ManualResetEventSlim();
        var blocking = new Check("blocked", _ =>
        {
            release.Wait(CancellationToken.None);
            return Found("blocked");
        });

        var running = RunAsync(blocking, new Check("quick", _ => Found("quick")));
        await PatienceEndsAsync(running);
        release.Set();

        Assert.Equal(FindingState.Ok, (await running).Findings.Single(finding => finding.What == "quick").State);
    }

    [Fact]
    public async Task A_check_that_breaks_tells_a_reference_and_not_the_exceptions_text()
    {
        var report = await RunAsync(new Check("broken", _ => throw new InvalidOperationException("secret-in-exception")), new Check("quick", _ => Found("quick")));

        var broken = report.Findings.Single(finding => finding.What == "broken");
        Assert.Equal(FindingState.Failed, broken.State);
        Assert.DoesNotContain("secret-in-exception", broken.Detail + broken.Cure, StringComparison.Ordinal);
        Assert.Contains("reference", broken.Detail, StringComparison.Ordinal);
        Assert.Equal(1, report.Failed);
    }

    [Fact]
    public async Task A_refusal_is_a_failure_with_its_hint_as_cure()
    {
        var report = await RunAsync(new Check("refused", _ => throw new Refusal(RefusalReason.Unavailable, "It is away.", "Bring it back.")));

        var refused = Assert.Single(report.Findings);
        Assert.Equal(("It is away.", "Bring it back."), (refused.Detail, refused.Cure));
    }

    [Fact]
    public async Task Whoever_gives_up_waiting_gets_no_report()
    {
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new RunDoctor([new Check("quick", _ => Found("quick"))], _time, NullLogger<RunDoctor>.Instance).HandleAsync(Actor.System, gone.Token));
    }

    /// <summary>Moves the clock on once the quick check is through, which is when its timer is gone.</summary>
    private async Task PatienceEndsAsync(Task running)
    {
        await Eventually.IsTrueAsync(() => Task.FromResult(_time.Timers == 1));
        _time.Advance(TimeSpan.FromSeconds(11));
        await running.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private Task<DoctorReport> RunAsync(params IDoctorCheck[] checks) => new RunDoctor(checks, _time, NullLogger<RunDoctor>.Instance).HandleAsync(Actor.System, CancellationToken.None);

    private static Task<IReadOnlyList<Finding>> Found(string what) => Task.FromResult<IReadOnlyList<Finding>>([Finding.Ok(what, "well")]);

    /// <summary>Knows how many timers were made and not given back, once more than one was made.</summary>
    private sealed class CountingTime : FakeTimeProvider
    {
        private int _made;
        private int _given;

        internal int Timers => Volatile.Read(ref _made) < 2 ? -1 : Volatile.Read(ref _made) - Volatile.Read(ref _given);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Increment(ref _made);
            return new Counted(base.CreateTimer(callback, state, dueTime, period), () => Interlocked.Increment(ref _given));
        }

        private sealed class Counted(ITimer timer, Action given) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(dueTime, period);

            public void Dispose()
            {
                given();
                timer.Dispose();
            }

            public ValueTask DisposeAsync()
            {
                given();
                return timer.DisposeAsync();
            }
        }
    }

    private sealed class Check(string what, Func<CancellationToken, Task<IReadOnlyList<Finding>>> run) : IDoctorCheck
    {
        public DoctorArea Area => DoctorArea.Service;

        public string What => what;

        public Task<IReadOnlyList<Finding>> RunAsync(Actor actor, CancellationToken cancellationToken) => run(cancellationToken);
    }
}
