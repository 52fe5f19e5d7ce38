using MmDrBot.Engine.Backup;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Restore;
using MmDrBot.TestKit.Files;

namespace MmDrBot.Engine.Tests.Backup;

/// <summary>Certificates that the configuration names by absolute path outside its directory.</summary>
public sealed class OutsideFilesTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    private string Config => _directory.File("config");

    public OutsideFilesTests() => new FileTree()
        .File("config/config.json", """{"SqlSettings":{}}""").File("ssl/live/saml.key", "secret key").Link("ssl/current", "live").File("ssl/archive.bin", size: 40_000_000)
        .Build(_directory.Path);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task They_are_saved_and_restored_below_the_configuration_with_a_note()
    {
        using var repository = await TestRepository.CreateAsync();
        var key = _directory.File("ssl/current/saml.key");
        File.SetUnixFileMode(key, UnixFileMode.UserRead);

        var point = await repository.BackUpAsync(Sources(key, key));
        var result = await repository.RestoreAsync(point, new RestoreRequest { ConfigDirectory = _directory.File("restored") });

        var restored = _directory.File("restored/outside-files") + key;
        Assert.Equal(RestorePointState.Complete, point.State);
        Assert.Equal("secret key", await File.ReadAllTextAsync(restored));
        Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode(restored));
        Assert.Contains("outside-files", Assert.Single(result.Notes), StringComparison.Ordinal);
        Assert.Empty((await repository.VerifyAsync(point)).Damage);
        Assert.Empty((await repository.CheckAsync()).Damage);
    }

    [Fact]
    public async Task One_that_is_missing_is_named_and_one_that_can_not_be_saved_makes_the_restore_point_partial()
    {
        using var repository = await TestRepository.CreateAsync();
        var (missing, large) = (_directory.File("ssl/missing.crt"), _directory.File("ssl/archive.bin"));

        var named = await repository.BackUpAsync(Sources(missing));
        var partial = await repository.BackUpAsync(Sources(large));

        Assert.Equal(RestorePointState.Complete, named.State);
        Assert.Contains(missing, Assert.Single(named.Warnings), StringComparison.Ordinal);
        Assert.Null(named.Config!.Outside);
        Assert.Equal(RestorePointState.Partial, partial.State);
        Assert.Contains(large, Assert.Single(partial.Warnings), StringComparison.Ordinal);
    }

    private BackupSources Sources(params string[] outside) => new() { ConfigDirectory = Config, OutsideFiles = outside };
}
