using System.Diagnostics;
using MmDrBot.Jobs;

namespace MmDrBot.Tests.Jobs;

public sealed class ProcessIdentityTests
{
    [Fact]
    public void A_process_is_dead_once_it_was_killed()
    {
        using var child = Process.Start("sleep", "1000");
        var identity = ProcessIdentity.OfPid(child.Id);
        Assert.False(identity.IsProvenDead());

        child.Kill();
        child.WaitForExit();

        Assert.True(identity.IsProvenDead());
    }

    [Fact]
    public void A_reused_pid_is_another_process()
    {
        var earlier = ProcessIdentity.Current with { StartedAt = ProcessIdentity.Current.StartedAt + "1" };

        Assert.False(ProcessIdentity.Current.IsProvenDead());
        Assert.True(earlier.IsProvenDead());
    }

    [Fact]
    public void Nothing_is_proven_of_another_host_boot_or_container()
    {
        var gone = ProcessIdentity.Current with { Pid = int.MaxValue };
        var parts = gone.StartedAt.Split(':');

        Assert.True(gone.IsProvenDead());
        Assert.False((gone with { Host = "elsewhere" }).IsProvenDead());
        Assert.False((gone with { StartedAt = $"another-boot:{parts[1]}:{parts[2]}" }).IsProvenDead());
        Assert.False((gone with { StartedAt = $"{parts[0]}:1:{parts[2]}" }).IsProvenDead());
        Assert.False((gone with { StartedAt = "" }).IsProvenDead());
    }
}
