using MmDrBot.Engine.Maintenance;
using MmDrBot.Engine.Repositories;
using MmDrBot.TestKit.Files;

namespace MmDrBot.Engine.Tests.IndependentReader;

public sealed class KeyTests
{
    [Fact]
    public async Task A_recovery_key_opens_the_repository_however_it_is_typed()
    {
        using var directory = new TempDirectory();
        using var repository = await ReaderWorld.BackedUpAsync(directory);
        var (_, key) = await RepositoryAccess.AddRecoveryKeyAsync(repository.Repository, "safe", TimeProvider.System, CancellationToken.None);

        foreach (var typed in new[] { key, key.ToLowerInvariant().Replace('-', ' ') + "\r\n" })
        {
            var output = directory.File($"restored {typed.Length}");
            await new Reader(repository, directory, typed).RunAsync(0, "restore", "latest", "--output", output);

            Assert.Empty(TreeSnapshot.Of(directory.File("data")).DifferencesTo(TreeSnapshot.Of(Path.Combine(output, "files"))));
        }
    }

    [Fact]
    public async Task A_wrong_passphrase_is_refused()
    {
        using var directory = new TempDirectory();
        using var repository = await ReaderWorld.BackedUpAsync(directory);

        var error = await new Reader(repository, directory, "incorrect").RunAsync(1, "list");

        Assert.Contains("wrong passphrase", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repository_without_key_slots_is_refused()
    {
        using var directory = new TempDirectory();
        using var repository = await ReaderWorld.BackedUpAsync(directory);
        Directory.Delete(Path.Combine(repository.Root, "keys"), recursive: true);

        var error = await new Reader(repository, directory).RunAsync(1, "list");

        Assert.Contains("no key slot is left", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_slot_that_went_without_a_tombstone_is_told_by_its_name()
    {
        using var directory = new TempDirectory();
        using var repository = await TestRepository.CreateAsync();
        var (slot, _) = await RepositoryAccess.AddRecoveryKeyAsync(repository.Repository, "safe", TimeProvider.System, CancellationToken.None);
        await ReaderWorld.BackUpAsync(repository, directory);
        var reader = new Reader(repository, directory);
        await reader.RunAsync(0, "check");
        File.Delete(Path.Combine(repository.Root, $"keys/{slot}"));

        var error = await reader.RunAsync(3, "check");

        Assert.Contains($"keys/{slot} is missing", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_removed_key_slot_and_a_forgotten_restore_point_are_no_damage()
    {
        using var directory = new TempDirectory();
        using var repository = await TestRepository.CreateAsync();
        var (slot, _) = await RepositoryAccess.AddRecoveryKeyAsync(repository.Repository, "safe", TimeProvider.System, CancellationToken.None);
        var forgotten = await ReaderWorld.BackUpAsync(repository, directory);
        var kept = await repository.BackUpFilesAsync(directory.File("data"));

        await RepositoryAccess.RemoveKeySlotAsync(repository.Repository, slot.ToString(), "test", TimeProvider.System, CancellationToken.None);
        await ForgetRestorePoint.RunAsync(repository.Repository, forgotten.Id, "test", TimeProvider.System, CancellationToken.None);

        var reader = new Reader(repository, directory);
        Assert.Equal([kept.Id.ToString()], await reader.IdsAsync());
        await reader.RunAsync(0, "check");
    }
}
