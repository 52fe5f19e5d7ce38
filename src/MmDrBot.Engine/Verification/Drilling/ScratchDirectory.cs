using System.Security.Cryptography;
using MmDrBot.Engine.Platform;

namespace MmDrBot.Engine.Verification.Drilling;

/// <summary>
/// The directory of one drill, which goes with the object. A lock of the operating system beside it dies with its process, so that what a
/// killed drill left is told from what another is at work in, and removed.
/// </summary>
internal sealed class ScratchDirectory : IDisposable
{
    internal const string Prefix = "mmdr_drill_";
    private const string LockSuffix = ".lock";
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly FileStream _lock;

    private ScratchDirectory(string root, FileStream held) => (Root, _lock) = (root, held);

    internal string Root { get; }

    internal string Name => Path.GetFileName(Root);

    internal string Files => Path.Combine(Content, "files");

    internal string Config => Path.Combine(Content, "config");

    internal string Boot => Path.Combine(Content, "boot");

    /// <summary>Closed to others, whatever modes its restored files have.</summary>
    internal string Content => Path.Combine(Root, "content");

    /// <summary>Where processes are written down that must not outlive the drill.</summary>
    internal string Processes => Path.Combine(Root, "processes");

    internal static ScratchDirectory Create(string parent)
    {
        Directory.CreateDirectory(parent);
        var root = Path.Combine(Path.GetFullPath(parent), Prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)));
        var held = TryLock(root + LockSuffix) ?? throw new IOException($"{root}{LockSuffix} is in use.");
        // root's PostgreSQL runs as another user, who has to get through.
        Directory.CreateDirectory(root, Posix.geteuid() == 0 ? Private | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute : Private);
        var made = new ScratchDirectory(root, held);
        Directory.CreateDirectory(made.Content, Private);
        return made;
    }

    /// <summary>Removes what killed drills left.</summary>
    internal static async Task SweepAsync(string parent, Action<string> note, CancellationToken cancellationToken)
    {
        foreach (var file in Directory.Exists(parent) ? Directory.GetFiles(parent, $"{Prefix}*{LockSuffix}") : [])
        {
            using var held = TryLock(file);
            var root = file[..^LockSuffix.Length];
            if (held is null)
            {
                continue;
            }

            var ended = await StrayProcesses.EndAsync(Path.Combine(root, "processes"), cancellationToken);
            Delete(root);
            File.Delete(file);
            note($"{Path.GetFileName(root)}, which a drill that was interrupted had left, was removed{(ended > 0 ? $", and {(ended == 1 ? "the server" : $"{ended} servers")} that it had started ended" : "")}.");
        }
    }

    public void Dispose()
    {
        Delete(Root);
        File.Delete(Root + LockSuffix);
        _lock.Dispose();
    }

    private static FileStream? TryLock(string path)
    {
        try
        {
            return new FileStream(path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
        }
        catch (Exception busy) when (busy is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void Delete(string root)
    {
        try
        {
            DeleteIfThere(root);
        }
        catch (UnauthorizedAccessException)
        {
            // Restored directories have the modes that they had: some can't be written.
            Open(new DirectoryInfo(root));
            DeleteIfThere(root);
        }
    }

    private static void DeleteIfThere(string root)
    {
        if (Directory.Exists(root))
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static void Open(DirectoryInfo directory)
    {
        File.SetUnixFileMode(directory.FullName, Private);
        foreach (var child in directory.EnumerateDirectories().Where(child => child.LinkTarget is null))
        {
            Open(child);
        }
    }
}
