using CsCheck;
using MmDrBot.Engine.Sources.Files;
using MmDrBot.TestKit.Files;

namespace MmDrBot.Engine.Tests.Sources.Files;

public sealed class PathOrderTests
{
    private static readonly Gen<string> Name = Gen.OneOf(
        Gen.Int[0, 12].Select(i => new[] { "a", "a-", "a.b", "a b", "ab", "A", "é", "日本", "😀", "\uffff", "!", "0", new string('x', 200) }[i]),
        Gen.Char["-. !0aZ~\u0080\u07ff\u0800"].Array[1, 4].Select(letters => new string(letters)).Where(name => name is not ("." or "..")));

    private static readonly Gen<string> AnyPath = Name.Array[0, 4].Select(parts => string.Join('/', parts));

    [Fact]
    public void It_is_a_total_order() =>
        Gen.Select(AnyPath, AnyPath, AnyPath).Sample((a, b, c) =>
        {
            var (ab, ba, bc, ac) = (PathOrder.Compare(a, b), PathOrder.Compare(b, a), PathOrder.Compare(b, c), PathOrder.Compare(a, c));
            return Math.Sign(ab) == -Math.Sign(ba) && ab == 0 == (a == b) && (ab > 0 || bc > 0 || ac <= 0);
        }, iter: 20_000);

    [Fact]
    public void It_is_the_order_of_a_walk() =>
        AnyPath.Array[0, 20].Sample(paths =>
        {
            var all = paths.SelectMany(Parents).Append("").Distinct().ToArray();
            var sorted = all.Order(Comparer<string>.Create(PathOrder.Compare)).ToArray();
            Assert.Equal(Walk("", all), sorted);
        }, iter: 2_000);

    [Fact]
    public void A_real_walk_comes_in_this_order()
    {
        using var directory = new TempDirectory();
        var tree = FileTree.Typical();
        foreach (var name in new[] { "a/z", "a-b/c", "a.b", "a b/x", "ab", "a/b/c", "a/b-c" })
        {
            tree.File(name, "x");
        }

        tree.Build(directory.File("tree"));
        var walked = new LocalWalker(directory.File("tree"), (_, reason) => Assert.Fail(reason)).Walk().Select(entry => entry.Path).ToArray();

        Assert.Equal(walked.Order(Comparer<string>.Create(PathOrder.Compare)), walked);
        Assert.Equal(TreeSnapshot.Of(directory.File("tree")).Entries.Count, walked.Distinct().Count());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_earlier_list_is_found_in_whatever_came_and_went(bool keys) =>
        await Gen.Select(Gen.Select(AnyPath, Gen.Int[0, 2]).Array[0, 25], Gen.Bool).SampleAsync(async (entries, _) =>
        {
            var order = keys ? (Comparison<string>)PathOrder.CompareKeys : PathOrder.Compare;
            var paths = entries.DistinctBy(entry => entry.Item1).OrderBy(entry => entry.Item1, Comparer<string>.Create(order)).ToArray();
            var before = paths.Where(entry => entry.Item2 != 0).Select(entry => entry.Item1).ToArray();
            await using var list = new PreviousList(Entries(before), order, CancellationToken.None);
            foreach (var path in paths.Where(entry => entry.Item2 != 1).Select(entry => entry.Item1))
            {
                Assert.Equal(before.Contains(path) ? path : null, (await list.FindAsync(path))?.Path);
            }
        }, iter: 2_000);

    private static async IAsyncEnumerable<FileEntry> Entries(string[] paths)
    {
        await Task.CompletedTask;
        foreach (var path in paths)
        {
            yield return new FileEntry { Path = path, Type = "f" };
        }
    }

    private static IEnumerable<string> Parents(string path)
    {
        var parts = path.Split('/');
        return Enumerable.Range(1, parts.Length).Select(count => string.Join('/', parts[..count]));
    }

    private static IEnumerable<string> Walk(string directory, string[] all)
    {
        yield return directory;
        var children = all.Where(path => path.Length > 0 && (path.LastIndexOf('/') is var slash && (slash < 0 ? "" : path[..slash]) == directory)).OrderBy(path => path, Comparer<string>.Create(PathOrder.CompareKeys));
        foreach (var path in children.SelectMany(child => Walk(child, all)))
        {
            yield return path;
        }
    }
}
