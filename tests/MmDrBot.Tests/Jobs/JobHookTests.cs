using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MmDrBot.Access;
using MmDrBot.Jobs;
using MmDrBot.Settings;
using MmDrBot.TestKit.Files;
using MmDrBot.Tests.Data;
using MmDrBot.Tests.Webhooks;

namespace MmDrBot.Tests.Jobs;

/// <summary>Hooks around jobs, with real commands and a real receiver.</summary>
public sealed class JobHookTests : IAsyncLifetime
{
    private static readonly Actor Alice = new("mattermost:alice", Door.Chat, new HashSet<Permission> { Permission.TakeBackup });
    private readonly TempDirectory _directory = new();
    private readonly ScriptedHandler _handler = new() { Work = (_, _, _) => Task.FromResult(JobOutcome.Succeeded("""{"restorePoint":"3f9a","state":"complete"}""")) };
    private readonly RecordingLogs _logs = new();
    private StateFixture? _state;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_state is not null)
        {
            await _state.DisposeAsync();
        }

        _directory.Dispose();
    }

    [Fact]
    public async Task Commands_before_and_after_are_told_what_happens_and_nothing_secret()
    {
        Environment.SetEnvironmentVariable("MMDR_Hooks_Test_Passphrase", "nobody-may-see-this-8821");
        var file = _directory.File("told");
        Use(new HookOptions { Before = [Command($"env > {file}.before")], After = [Command($"env > {file}.after; touch {file}")], OnError = [Command($"touch {file}.error")] });

        var job = await RunAsync();

        Assert.Equal((JobState.Succeeded, """{"restorePoint":"3f9a","state":"complete"}"""), (job.State, job.ResultJson));
        var (before, after) = (await File.ReadAllLinesAsync($"{file}.before"), await File.ReadAllLinesAsync($"{file}.after"));
        Assert.Superset(new HashSet<string> { "MMDR_HOOK=before", $"MMDR_JOB_ID={job.Id}", "MMDR_JOB_KIND=backup", "MMDR_JOB_STATE=running", "MMDR_RESTORE_POINT=", "MMDR_ERROR=" }, before.ToHashSet());
        Assert.Superset(new HashSet<string> { "MMDR_HOOK=after", "MMDR_JOB_STATE=succeeded", "MMDR_RESTORE_POINT=3f9a", "MMDR_JOB_ACTOR=mattermost:alice" }, after.ToHashSet());
        Assert.DoesNotContain(before.Concat(after), line => line.Contains("8821", StringComparison.Ordinal));
        Assert.Equal(7, before.Count(line => line.StartsWith("MMDR_", StringComparison.Ordinal)));
        Assert.False(File.Exists($"{file}.error"));
    }

    [Fact]
    public async Task A_hook_before_that_fails_keeps_the_job_from_beginning_and_those_for_failures_are_called()
    {
        var file = _directory.File("error");
        Use(new HookOptions { Before = [Command("echo no disk mounted >&2; exit 3"), Command($"touch {file}.second")], OnError = [Command($"echo $MMDR_JOB_STATE: $MMDR_ERROR > {file}")] });

        var job = await RunAsync();

        Assert.Equal((JobState.Failed, "hook_failed"), (job.State, job.Error!.Code));
        Assert.Contains("failed: it ended with code 3: no disk mounted", job.Error.Message, StringComparison.Ordinal);
        Assert.False(_handler.Begun.Task.IsCompleted);
        Assert.False(File.Exists($"{file}.second"));
        Assert.StartsWith("failed: The hook before the job", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, nameof(JobState.Succeeded))]
    [InlineData("warn", nameof(JobState.Succeeded))]
    [InlineData("fail", nameof(JobState.PartlyFailed))]
    public async Task A_hook_after_that_fails_is_noted_and_counts_where_that_is_said(string? onFailure, string state)
    {
        Use(new HookOptions { After = [Command("exit 1") with { OnFailure = onFailure }] });

        var job = await RunAsync();

        Assert.Equal(state, job.State.ToString());
        var result = JsonNode.Parse(job.ResultJson!)!;
        Assert.Equal("3f9a", (string?)result["restorePoint"]);
        Assert.Contains("it ended with code 1.", (string?)result["hookNotes"]![0], StringComparison.Ordinal);
        Assert.Equal(onFailure is "fail" ? "hook_failed" : null, job.Error?.Code);
    }

    [Fact]
    public async Task A_hook_before_may_fail_where_that_is_said()
    {
        Use(new HookOptions { Before = [Command("exit 1") with { OnFailure = "warn" }] });

        var job = await RunAsync();

        Assert.Equal(JobState.Succeeded, job.State);
        Assert.Contains(_logs.Lines, line => line.Contains("The hook before the job (exit 1) failed", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("sleep 600 & echo $! > {0}; wait")]
    [InlineData("trap '' TERM; sh -c 'trap \"\" TERM; sleep 600 & echo $! > {0}; wait'; wait")]
    [InlineData("(sleep 600 & echo $! > {0}; wait) & wait")]
    public async Task What_takes_too_long_is_ended_with_all_that_it_started(string line)
    {
        var file = _directory.File("child");
        Use(new HookOptions { Before = [Command(string.Format(CultureInfo.InvariantCulture, line, file)) with { Timeout = TimeSpan.FromSeconds(1.5) }] });

        var running = RunAsync();
        await Eventually.IsTrueAsync(() => Task.FromResult(File.Exists(file) && File.ReadAllText(file).EndsWith('\n')));
        await Eventually.IsTrueAsync(() => Task.FromResult(running.IsCompleted), () => _state!.Clock.Advance(TimeSpan.FromSeconds(1)));

        Assert.Contains("it took longer than 1.5 s", (await running).Error!.Message, StringComparison.Ordinal);
        var child = int.Parse(await File.ReadAllTextAsync(file), CultureInfo.InvariantCulture);
        await Eventually.IsTrueAsync(() => Task.FromResult(IsGone(child)));
    }

    [Fact]
    public async Task A_command_that_leaves_something_behind_holds_up_nothing()
    {
        var file = _directory.File("left");
        Use(new HookOptions { After = [Command($"sleep 600 & echo $! > {file}")] });

        Assert.Equal(JobState.Succeeded, (await RunAsync()).State);

        using var left = Process.GetProcessById(int.Parse(await File.ReadAllTextAsync(file), CultureInfo.InvariantCulture));
        left.Kill();
    }

    [Fact]
    public async Task A_job_that_is_cancelled_during_a_hook_ends_it()
    {
        var file = _directory.File("begun");
        Use(new HookOptions { Before = [Command($"touch {file}; sleep 600") with { Timeout = TimeSpan.FromHours(1) }] });
        var job = await EnqueueAsync();
        var running = _state!.Runner.RunAsync(job, watcher: null, CancellationToken.None);
        await Eventually.IsTrueAsync(() => Task.FromResult(File.Exists(file)));

        await _state.Database.InTransactionAsync((transaction, token) => _state.Transitions.CancelAsync(transaction, job.Id, Actor.System, token), CancellationToken.None);
        await Eventually.IsTrueAsync(() => Task.FromResult(running.IsCompleted), () => _state.Clock.Advance(TimeSpan.FromSeconds(1)));

        Assert.Equal(JobState.Cancelled, (await running).State);
        Assert.False(_handler.Begun.Task.IsCompleted);
    }

    [Fact]
    public async Task Hooks_for_failures_are_called_when_the_work_fails()
    {
        var file = _directory.File("error");
        _handler.Work = (_, _, _) => throw new Refusal(RefusalReason.Damaged, "Two packs are damaged.");
        Use(new HookOptions { After = [Command($"touch {file}.after")], OnError = [Command($"printf '%s' \"$MMDR_ERROR\" > {file}"), Command("exit 1"), Command($"touch {file}.third")] });

        var job = await RunAsync();

        Assert.Equal((JobState.Failed, "damaged"), (job.State, job.Error!.Code));
        Assert.Equal("Two packs are damaged.", await File.ReadAllTextAsync(file));
        Assert.True(File.Exists($"{file}.third"));
        Assert.False(File.Exists($"{file}.after"));
    }

    [Fact]
    public async Task Only_jobs_of_the_named_kinds_call_it()
    {
        var file = _directory.File("called");
        Use(new HookOptions { Before = [Command($"touch {file}") with { Jobs = ["restore", "prune"] }] });

        Assert.Equal(JobState.Succeeded, (await RunAsync()).State);
        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task An_address_gets_a_document_and_its_answer_counts()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        Use(new HookOptions { After = [new Hook { Url = receiver.Url.ToString() }] });

        Assert.Equal(JobState.Succeeded, (await RunAsync()).State);

        var document = JsonNode.Parse(Assert.Single(receiver.Received).Body)!;
        Assert.Equal(("after", "backup", "succeeded", "3f9a"), ((string?)document["hook"], (string?)document["kind"], (string?)document["state"], (string?)document["restorePoint"]));
    }

    [Fact]
    public async Task An_address_that_is_not_allowed_is_not_called()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        Use(new HookOptions { Before = [new Hook { Url = $"{receiver.Url}&key=secret-5531" }] }, networks: []);

        var job = await RunAsync();

        Assert.Equal("hook_failed", job.Error?.Code);
        Assert.Contains("not a public address", job.Error!.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("5531", job.Error.Message, StringComparison.Ordinal);
        Assert.Empty(receiver.Received);
    }

    [Fact]
    public void Hooks_that_can_not_be_are_named()
    {
        var options = new HookOptions
        {
            Before = [new Hook(), new Hook { Command = "x", Url = "https://x" }, new Hook { Url = "ftp://x" }],
            After = [new Hook { Command = "x", Timeout = TimeSpan.Zero }, new Hook { Command = "x", OnFailure = "panic" }],
            OnError = [new Hook { Command = "x", OnFailure = "fail" }, new Hook { Command = "x", OnFailure = "warn" }],
        };

        Assert.Equal(["MMDR_Hooks__Before__0", "MMDR_Hooks__Before__1", "MMDR_Hooks__Before__2", "MMDR_Hooks__After__0", "MMDR_Hooks__After__1", "MMDR_Hooks__OnError__0"], options.Faults.Select(fault => fault.Split(':')[0]));
    }

    private static Hook Command(string line) => new() { Command = line, Timeout = TimeSpan.FromMinutes(1) };

    /// <summary>Gone, or only waiting to be collected.</summary>
    private static bool IsGone(int pid) => !File.Exists($"/proc/{pid}/stat") || File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);

    private void Use(HookOptions hooks, string[]? networks = null) => _state = new StateFixture(StateDatabases.Sqlite(), services => services
        .AddSingleton(hooks)
        .AddSingleton(new WebhookOptions { AllowedNetworks = networks ?? ["127.0.0.0/8"] })
        .AddSingleton<IJobHandler>(_handler)
        .AddLogging(logging => logging.AddProvider(_logs)));

    private Task<Job> EnqueueAsync() => _state!.Database.InTransactionAsync(
        (transaction, token) => _state.Queue.EnqueueAsync(transaction, new NewJob("backup", Alice) { Claim = _state.Queue.NewClaim() }, token), CancellationToken.None);

    private async Task<Job> RunAsync() => await _state!.Runner.RunAsync(await EnqueueAsync(), watcher: null, CancellationToken.None);
}
