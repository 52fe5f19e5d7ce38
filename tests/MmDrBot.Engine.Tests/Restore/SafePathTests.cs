using CsCheck;
using MmDrBot.Engine.Restore;
using MmDrBot.Engine.Sources.Files;

namespace MmDrBot.Engine.Tests.Restore;

public sealed class SafePathTests
{
    [Theory]
    [InlineData("..")]
    [InlineData("../x")]
    [InlineData("a/../../x")]
    [InlineData("a/..")]
    [InlineData("/etc/passwd")]
    [InlineData("//x")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("./a")]
    [InlineData("a/./b")]
    [InlineData(".")]
    [InlineData("a\0b")]
    public void A_path_that_leads_out_is_refused(string path) =>
        Assert.Equal(EngineFault.Damaged, Assert.Throws<EngineException>(() => SafePath.Combine("/root/dir", path)).Fault);

    [Theory]
    [InlineData("", "/root/dir")]
    [InlineData("a/b c/..d/...", "/root/dir/a/b c/..d/...")]
    [InlineData("back\\..\\slash", "/root/dir/back\\..\\slash")]
    public void An_honest_path_is_taken(string path, string expected) => Assert.Equal(expected, SafePath.Combine("/root/dir", path));

    [Fact]
    public void No_path_at_all_leads_out() =>
        Gen.Int[0, 7].Select(i => new[] { "/", "..", ".", "a", "\\", " ", "\0", "~" }[i]).Array[0, 8].Select(string.Concat).Sample(path =>
        {
            try
            {
                var full = Path.GetFullPath(SafePath.Combine("/root/dir", path));
                return full == "/root/dir" || full.StartsWith("/root/dir/", StringComparison.Ordinal);
            }
            catch (EngineException)
            {
                return true;
            }
        }, iter: 20_000);

    [Theory]
    [InlineData("a/b", "a/b", "f", true)]
    [InlineData("a/b/", "a/b/c", "f", true)]
    [InlineData("/a/b", "a/b/c/d", "d", true)]
    [InlineData("a/b", "a", "d", true)]
    [InlineData("a/b", "", "d", true)]
    [InlineData("a/b", "a", "f", false)]
    [InlineData("a/b", "a/bc", "f", false)]
    [InlineData("a/b", "a/c", "d", false)]
    [InlineData("a/b", "b", "f", false)]
    [InlineData("A/b", "a/b", "f", false)]
    [InlineData("/", "anything/at/all", "f", true)]
    public void Wanted_paths_choose_themselves_what_is_below_and_the_way_to_it(string wanted, string path, string type, bool included) =>
        Assert.Equal(included, PathFilter.Includes([wanted], new FileEntry { Path = path, Type = type }));

    [Fact]
    public void Nothing_wanted_is_everything() => Assert.True(PathFilter.Includes([], new FileEntry { Path = "x", Type = "f" }));
}
