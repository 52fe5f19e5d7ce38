using System.Globalization;
using System.IO.Enumeration;
using System.Text;
using System.Text.Unicode;
using MmDrBot.Engine.Platform;

namespace MmDrBot.Engine.Sources.Files;

/// <summary>Walks a directory in <see cref="PathOrder"/>, without following links; what vanishes meanwhile is passed over.</summary>
internal sealed class LocalWalker(string root, Action<string, string> unreadable)
{
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    internal IEnumerable<FileEntry> Walk()
    {
        var status = Posix.Stat(root) ?? throw new EngineException(EngineFault.NotFound, $"The directory {root} does not exist.", "Check MMDR_Mattermost__Directory and the overrides beside it.");
        if (status.IsLink)
        {
            root = File.ResolveLinkTarget(root, returnFinalTarget: true)?.FullName ?? root;
            status = Posix.Stat(root) ?? throw new EngineException(EngineFault.NotFound, $"The link {root} leads nowhere.");
        }

        if (!status.IsDirectory)
        {
            throw new EngineException(EngineFault.Invalid, $"{root} is not a directory.");
        }

        return WalkDirectory("", status);
    }

    internal string FullPath(string path) => path.Length == 0 ? root : $"{root}/{path}";

    private IEnumerable<FileEntry> WalkDirectory(string path, FileStatus status)
    {
        yield return Describe(path, status, "d", null);
        foreach (var name in Names(path))
        {
            var child = path.Length == 0 ? name : $"{path}/{name}";
            if (StatusOf(child) is not { } childStatus)
            {
                continue;
            }

            if (childStatus.IsDirectory)
            {
                foreach (var entry in WalkDirectory(child, childStatus))
                {
                    yield return entry;
                }
            }
            else if (DescribeLeaf(child, childStatus) is { } entry)
            {
                yield return entry;
            }
        }
    }

    private string[] Names(string path)
    {
        try
        {
            var names = new FileSystemEnumerable<string>(FullPath(path), static (ref entry) => entry.FileName.ToString(), Everything).ToArray();
            Array.Sort(names, PathOrder.Compare);
            return WithoutDoubles(path, names);
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            unreadable(path, failure.Message);
            return [];
        }
    }

    /// <summary>Two names are alike only where one is not UTF-8, and reads as the other: that one cannot be reached.</summary>
    private string[] WithoutDoubles(string path, string[] names)
    {
        var distinct = names.Distinct().ToArray();
        if (distinct.Length < names.Length)
        {
            unreadable(path, "it holds a name that is not UTF-8");
        }

        return distinct;
    }

    private FileStatus? StatusOf(string path)
    {
        try
        {
            var status = Posix.Stat(FullPath(path));
            if (status is null && path.Contains('\uFFFD', StringComparison.Ordinal))
            {
                unreadable(path, "its name is not UTF-8");
            }

            return status;
        }
        catch (IOException failure)
        {
            unreadable(path, failure.Message);
            return null;
        }
    }

    private FileEntry? DescribeLeaf(string path, FileStatus status)
    {
        if (status.IsRegular)
        {
            return Describe(path, status, "f", null);
        }

        if (status.IsLink)
        {
            return DescribeLink(path, status);
        }

        unreadable(path, "it is a socket, pipe or device, which cannot be backed up");
        return null;
    }

    private FileEntry? DescribeLink(string path, FileStatus status)
    {
        try
        {
            return Posix.ReadLink(FullPath(path)) is not { } target ? null
                : Utf8.IsValid(target) ? Describe(path, status, "l", Encoding.UTF8.GetString(target))
                : Describe(path, status, "l", null) with { RawTarget = target };
        }
        catch (IOException failure)
        {
            unreadable(path, failure.Message);
            return null;
        }
    }

    private static FileEntry Describe(string path, FileStatus status, string type, string? target) => new()
    {
        Path = path,
        Type = type,
        Mode = "0" + Convert.ToString(status.Mode & 0xfff, 8),
        User = status.User,
        Group = status.Group,
        Size = type == "f" ? status.Size : 0,
        Modified = status.Modified.ToString(CultureInfo.InvariantCulture),
        Changed = type == "f" ? status.Changed.ToString(CultureInfo.InvariantCulture) : null,
        Inode = type == "f" ? status.Inode : null,
        Target = target,
    };
}
