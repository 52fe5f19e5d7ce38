using MmDrBot.Access;
using MmDrBot.Protection;
using MmDrBot.TestKit.Files;

namespace MmDrBot.Tests.Protection;

public sealed class HostLockTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_lock_that_is_held_says_who_is_at_work()
    {
        using var held = HostLock.ForReading(_directory.Path, "id");
        HostLock.ForReading(_directory.Path, "id").Dispose();

        var refusal = Assert.Throws<Refusal>(() => HostLock.ForMaintenance(_directory.Path, "id"));

        Assert.Equal(RefusalReason.Locked, refusal.Reason);
    }

    [Fact]
    public void A_lock_that_can_not_be_had_for_another_reason_says_which()
    {
        File.WriteAllText(_directory.File("state"), "a file where the directory should be");

        var refusal = Assert.Throws<Refusal>(() => HostLock.ForBackup(_directory.File("state/locks"), "id"));

        Assert.Equal(RefusalReason.Unavailable, refusal.Reason);
        Assert.Contains(_directory.File("state/locks"), refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lock_on_a_disk_that_is_read_only_is_no_other_command()
    {
        var refusal = Assert.Throws<Refusal>(() => HostLock.ForBackup("/proc/locks-of-mmdr", "id"));

        Assert.Equal(RefusalReason.Unavailable, refusal.Reason);
    }
}
