using MmDrBot.TestKit.Files;

namespace MmDrBot.Engine.Tests.TestKit;

public sealed class FileTreeTests
{
    [Fact]
    public void The_same_description_makes_the_same_tree()
    {
        using var first = new TempDirectory();
        using var second = new TempDirectory();
        FileTree.Typical().Build(first);
        FileTree.Typical().Build(second);

        var snapshot = TreeSnapshot.Of(first);

        Assert.Empty(snapshot.DifferencesTo(TreeSnapshot.Of(second)));
        Assert.Equal("link", snapshot.Entries["link to nowhere"].Type);
        Assert.Equal("../no/such/file", snapshot.Entries["link to nowhere"].Target);
        Assert.Equal(Convert.ToInt32("4755", 8), snapshot.Entries["program"].Permissions);
        Assert.Equal(new UnixTime(-86_400, 1), snapshot.Entries["old.txt"].Modified);
        Assert.Equal(Convert.ToInt32("555", 8), snapshot.Entries["read-only"].Permissions);
        Assert.Contains("odd/new\nline", snapshot.Entries.Keys);
    }

    [Fact]
    public void Every_kind_of_difference_is_told()
    {
        using var folder = new TempDirectory();
        new FileTree().File("content", "1").File("time", "").File("mode", "").File("gone", "").Link("target", "a").Build(folder);
        var before = TreeSnapshot.Of(folder);

        new FileTree().File("content", "2").Build(folder);
        File.SetUnixFileMode(folder.File("mode"), UnixFileMode.UserRead);
        Posix.SetModified(folder.File("time"), before.Entries["time"].Modified with { Nanoseconds = 1 });
        File.Delete(folder.File("gone"));
        File.Delete(folder.File("target"));
        new FileTree().Link("target", "b").File("new", "").Build(folder);

        var differences = before.DifferencesTo(TreeSnapshot.Of(folder));

        Assert.Equal(["content", "gone", "mode", "new", "target", "time"], differences.Select(difference => difference.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]));
    }

    [Fact]
    public async Task Snapshots_come_back_equal_from_tar()
    {
        using var source = new TempDirectory();
        using var target = new TempDirectory();
        FileTree.Typical().Build(source);

        await MmDrBot.TestKit.Tools.Tool.RunAsync("bash", ["-c", $"tar --format=posix -cf - -C {source} . | tar -xpf - -C {target}"]);

        Assert.Empty(TreeSnapshot.Of(source).DifferencesTo(TreeSnapshot.Of(target)));
    }
}
