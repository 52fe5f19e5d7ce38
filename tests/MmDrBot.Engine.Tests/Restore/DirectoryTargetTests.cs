using MmDrBot.Engine.Restore;
using MmDrBot.TestKit.Files;

namespace MmDrBot.Engine.Tests.Restore;

public sealed class DirectoryTargetTests : IAsyncLifetime
{
    private readonly TempDirectory _directory = new();
    private TestRepository _repository = null!;
    private Engine.Repositories.RestorePoint _point = null!;

    private string Target => _directory.File("target");

    public async Task InitializeAsync()
    {
        new FileTree().File("a/b/one.txt", "one").File("a/two.txt", "two").File("three.txt", "three").Build(_directory.File("data"));
        new FileTree().File("config.json", """{"SqlSettings":{}}""").Build(_directory.File("config"));
        _repository = await TestRepository.CreateAsync();
        _point = await _repository.BackUpAsync(new() { FilesDirectory = _directory.File("data"), ConfigDirectory = _directory.File("config") });
    }

    public Task DisposeAsync()
    {
        _repository.Dispose();
        _directory.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_directory_that_is_not_empty_is_refused_and_left_alone()
    {
        new FileTree().File("mine.txt", "mine").Build(Target);
        var before = TreeSnapshot.Of(Target);

        Assert.Equal(EngineFault.Conflict, (await Assert.ThrowsAsync<EngineException>(() => RestoreAsync(new()))).Fault);

        Assert.Empty(before.DifferencesTo(TreeSnapshot.Of(Target)));
    }

    [Fact]
    public async Task Overwrite_leaves_nothing_of_what_was_there_and_follows_no_link()
    {
        new FileTree().File("precious.txt", "not ours").Build(_directory.File("elsewhere"));
        new FileTree().File("mine.txt", "mine").File("a", "a file in the way").File("deep/er/x", "x").Link("link", _directory.File("elsewhere")).Build(Target);

        await RestoreAsync(new() { Overwrite = true });

        Assert.Empty(TreeSnapshot.Of(_directory.File("data")).DifferencesTo(TreeSnapshot.Of(Target)));
        Assert.True(File.Exists(_directory.File("elsewhere/precious.txt")));
    }

    [Fact]
    public async Task A_restore_that_was_killed_while_it_emptied_its_target_goes_on_by_itself_and_leaves_nothing_of_what_was_there()
    {
        new FileTree().File("mine.txt", "mine").File("a/left", "over").File(".mmdr-restore-in-progress", $"emptying {_point.Id}").Build(Target);

        await RestoreAsync(new());

        Assert.Empty(TreeSnapshot.Of(_directory.File("data")).DifferencesTo(TreeSnapshot.Of(Target)));
    }

    [Fact]
    public async Task One_that_was_killed_so_for_another_restore_point_is_refused()
    {
        new FileTree().File("mine.txt", "mine").File(".mmdr-restore-in-progress", "emptying 0000").Build(Target);

        Assert.Equal(EngineFault.Conflict, (await Assert.ThrowsAsync<EngineException>(() => RestoreAsync(new()))).Fault);
        Assert.True(File.Exists(Path.Combine(Target, "mine.txt")));
    }

    [Theory]
    [InlineData("target", "target")]
    [InlineData("target", "target/config")]
    public async Task Components_never_wipe_each_other(string files, string config)
    {
        var failure = await Record.ExceptionAsync(() => _repository.RestoreAsync(_point, new() { FilesDirectory = _directory.File(files), ConfigDirectory = _directory.File(config) }));

        Assert.Equal(EngineFault.Conflict, Assert.IsType<EngineException>(failure).Fault);
        Assert.True(File.Exists(_directory.File($"{config}/config.json")));
    }

    [Fact]
    public async Task Single_paths_come_back_beside_what_is_there()
    {
        new FileTree().File("mine.txt", "mine").Build(Target);

        var result = await RestoreAsync(new() { Paths = ["a/b"] });

        Assert.Equal(1, result.Files);
        Assert.Equal("one", File.ReadAllText(Path.Combine(Target, "a/b/one.txt")));
        Assert.True(File.Exists(Path.Combine(Target, "mine.txt")));
        Assert.False(File.Exists(Path.Combine(Target, "a/two.txt")));
        Assert.Equal(EngineFault.NotFound, (await Assert.ThrowsAsync<EngineException>(() => RestoreAsync(new() { Paths = ["no/such"] }))).Fault);
    }

    [Fact]
    public async Task Single_paths_replace_nothing_without_overwrite()
    {
        new FileTree().File("elsewhere/x", "x").File("target/three.txt", "mine").Link("target/a", _directory.File("elsewhere")).Build(_directory);
        var before = TreeSnapshot.Of(Target);

        foreach (var path in new[] { "three.txt", "a/two.txt" })
        {
            Assert.Equal(EngineFault.Conflict, (await Assert.ThrowsAsync<EngineException>(() => RestoreAsync(new() { Paths = [path] }))).Fault);
            Assert.Equal("mine", File.ReadAllText(Path.Combine(Target, "three.txt")));
            Assert.NotNull(new FileInfo(Path.Combine(Target, "a")).LinkTarget);
        }

        await RestoreAsync(new() { Paths = ["three.txt", "a/two.txt"], Overwrite = true });
        Assert.Equal("three", File.ReadAllText(Path.Combine(Target, "three.txt")));
        Assert.Equal("two", File.ReadAllText(Path.Combine(Target, "a/two.txt")));
        Assert.Equal(["x"], Directory.GetFiles(_directory.File("elsewhere")).Select(Path.GetFileName));
        Assert.NotEmpty(before.Entries);
    }

    [Fact]
    public async Task The_marker_of_another_restore_point_is_somebody_elses()
    {
        Directory.CreateDirectory(Target);
        File.WriteAllText(Path.Combine(Target, ".mmdr-restore-in-progress"), "another");

        Assert.Equal(EngineFault.Conflict, (await Assert.ThrowsAsync<EngineException>(() => RestoreAsync(new()))).Fault);
    }

    private Task<RestoreResult> RestoreAsync(RestoreRequest request) => _repository.RestoreAsync(_point, request with { FilesDirectory = Target });
}
