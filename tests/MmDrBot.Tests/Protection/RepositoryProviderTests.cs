using MmDrBot.Access;
using MmDrBot.Engine.Verification;
using MmDrBot.Protection;
using MmDrBot.Settings;
using MmDrBot.TestKit.Files;

namespace MmDrBot.Tests.Protection;

public sealed class RepositoryProviderTests : IAsyncLifetime
{
    private readonly TempDirectory _directory = new();
    private RepositoryProvider _provider = null!;

    private string Place => _directory.File("repository");

    public async Task InitializeAsync()
    {
        _provider = new RepositoryProvider(AppSettings.Unset with { Repository = new RepositoryOptions { Url = $"file://{Place}", Passphrase = "the passphrase of a disk 5521" } }, TimeProvider.System);
        await _provider.InitializeAsync(CancellationToken.None);
        await _provider.OpenAsync(CancellationToken.None);
    }

    public Task DisposeAsync()
    {
        _directory.Dispose();
        return Task.CompletedTask;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Where_the_disk_of_an_open_repository_went_nothing_is_written_until_it_is_back(bool leavesMountPoint)
    {
        Directory.Move(Place, Place + "-away");
        if (leavesMountPoint)
        {
            Directory.CreateDirectory(Place);
        }

        var refusal = await Assert.ThrowsAsync<Refusal>(() => _provider.OpenCachedAsync(CancellationToken.None));

        Assert.Equal(RefusalReason.NoRepository, refusal.Reason);
        Assert.Equal(leavesMountPoint, Directory.Exists(Place));
        if (leavesMountPoint)
        {
            Assert.Empty(Directory.GetFileSystemEntries(Place));
            Directory.Delete(Place);
        }

        Directory.Move(Place + "-away", Place);
        await _provider.OpenAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Another_repository_in_its_place_is_not_taken_for_it()
    {
        var before = (await _provider.OpenAsync(CancellationToken.None)).Id;
        Directory.Move(Place, Place + "-away");
        await _provider.InitializeAsync(CancellationToken.None);

        Assert.NotEqual(before, (await _provider.OpenAsync(CancellationToken.None)).Id);
    }

    [Fact]
    public async Task A_repository_that_only_lacks_its_description_stays_open()
    {
        File.Delete(Path.Combine(Place, "repository.json"));

        var findings = await new RepositoryChecker(await _provider.OpenAsync(CancellationToken.None), TimeProvider.System).CheckAsync(new CheckRequest(), null, CancellationToken.None);

        Assert.Contains(findings.Damage, damage => damage.Contains("repository.json", StringComparison.Ordinal));
    }
}
