using System.Text;

namespace MmDrBot.TestKit.Files;

/// <summary>
/// Describes a folder's content, then makes it: <c>new FileTree().File("a/b.txt", "text").Link("l", "a").Build(path)</c>.
/// Everything is deterministic; what is given no time gets one derived from its path, with odd nanoseconds.
/// </summary>
public sealed class FileTree
{
    private const int DefaultFileMode = 0x180; // 0600
    private const int DefaultDirectoryMode = 0x1E8; // 0750
    private readonly List<(string Path, int Mode, UnixTime? Modified)> directories = [];
    private readonly List<(string Path, Func<byte[]> Content, int Mode, UnixTime? Modified)> files = [];
    private readonly List<(string Path, string Target, UnixTime? Modified)> links = [];

    /// <summary>Links, an empty folder, odd modes, odd names, an empty file and a file of some megabytes.</summary>
    public static FileTree Typical() => new FileTree()
        .Directory("empty folder")
        .Directory("read-only", mode: 0x16D) // 0555
        .File("read-only/inside.txt", "the folder may not be written", mode: 0x124) // 0444
        .File("empty.txt", "")
        .File("program", "#!/bin/sh\n", mode: 0x9ED) // setuid 04755
        .File("large.bin", size: 3_500_001)
        .File("twin-1.bin", "the same content twice")
        .File("twin-2.bin", "the same content twice", mode: 0x1A4) // 0644
        .File("old.txt", "before 1970", modified: new UnixTime(-86_400, 1))
        .Link("link to file", "large.bin")
        .Link("link to nowhere", "../no/such/file")
        .Link("link to folder", "empty folder")
        .OddNames("odd");

    /// <summary>Adds files whose names break careless programs. (Names that are no UTF-8 cannot be written from .NET.)</summary>
    public FileTree OddNames(string folder)
    {
        string[] names =
        [
            "-rf", " leading and trailing ", "new\nline", "tab\there", "quote\"s and 'apostrophes'", "back\\slash", "*?[a]", "%2F%00",
            "Grüße", "Gru\u0308\u00dfe", "日本語", "😀.png", "~", "..three", "a;b|c&d$(e)`f`", new string('x', 255), ".hidden", "C:", "\u001b[31mred",
        ];

        return names.Aggregate(this, (tree, name) => tree.File($"{folder}/{name}", $"content of {name}"));
    }

    /// <summary>A folder of its own accord; folders of files need no call.</summary>
    public FileTree Directory(string path, int mode = DefaultDirectoryMode, UnixTime? modified = null)
    {
        directories.Add((path, mode, modified));

        return this;
    }

    public FileTree File(string path, string content, int mode = DefaultFileMode, UnixTime? modified = null) =>
        File(path, Encoding.UTF8.GetBytes(content), mode, modified);

    public FileTree File(string path, byte[] content, int mode = DefaultFileMode, UnixTime? modified = null)
    {
        files.Add((path, () => content, mode, modified));

        return this;
    }

    /// <summary>A file of incompressible bytes, which depend on its path and size only.</summary>
    public FileTree File(string path, int size, int mode = DefaultFileMode, UnixTime? modified = null)
    {
        files.Add((path, () => RandomBytes(path, size), mode, modified));

        return this;
    }

    public FileTree Link(string path, string target, UnixTime? modified = null)
    {
        links.Add((path, target, modified));

        return this;
    }

    /// <summary>Makes all of it below <paramref name="root"/>, which may exist.</summary>
    public void Build(string root)
    {
        System.IO.Directory.CreateDirectory(root);

        foreach (var (path, content, mode, modified) in files)
        {
            var full = Prepare(root, path);
            System.IO.File.WriteAllBytes(full, content());
            System.IO.File.SetUnixFileMode(full, (UnixFileMode)mode);
            Posix.SetModified(full, modified ?? TimeOf(path));
        }

        foreach (var (path, target, modified) in links)
        {
            var full = Prepare(root, path);
            System.IO.File.CreateSymbolicLink(full, target);
            Posix.SetModified(full, modified ?? TimeOf(path));
        }

        FinishDirectories(root);
    }

    // Last and deepest first: making an entry changes its folder's time, and a read-only folder takes no entries.
    private void FinishDirectories(string root)
    {
        foreach (var (path, _, _) in directories)
        {
            System.IO.Directory.CreateDirectory(System.IO.Path.Combine(root, path));
        }

        var described = directories.ToDictionary(directory => directory.Path);

        foreach (var path in AllDirectories().OrderByDescending(path => path.Count(letter => letter == '/')))
        {
            var (_, mode, modified) = described.GetValueOrDefault(path, (path, DefaultDirectoryMode, null));
            var full = System.IO.Path.Combine(root, path);
            System.IO.File.SetUnixFileMode(full, (UnixFileMode)mode);
            Posix.SetModified(full, modified ?? TimeOf(path));
        }

        Posix.SetModified(root, TimeOf("."));
    }

    private HashSet<string> AllDirectories()
    {
        var all = directories.Select(directory => directory.Path).ToHashSet();

        foreach (var path in files.Select(file => file.Path).Concat(links.Select(link => link.Path)).Concat([.. all]))
        {
            for (var end = path.LastIndexOf('/'); end > 0; end = path.LastIndexOf('/', end - 1))
            {
                all.Add(path[..end]);
            }
        }

        return all;
    }

    private static string Prepare(string root, string path)
    {
        var full = System.IO.Path.Combine(root, path);
        System.IO.Directory.CreateDirectory(System.IO.Path.GetDirectoryName(full)!);

        return full;
    }

    private static byte[] RandomBytes(string path, int size)
    {
        var bytes = new byte[size];
        new Random(Seed(path)).NextBytes(bytes);

        return bytes;
    }

    private static UnixTime TimeOf(string path) => new(1_700_000_000 + (Seed(path) % 10_000_000), Math.Abs(Seed(path) * 7919L) % 1_000_000_000);

    // string.GetHashCode differs from process to process.
    private static int Seed(string path) => path.Aggregate(17, (hash, letter) => unchecked((hash * 31) + letter));
}
