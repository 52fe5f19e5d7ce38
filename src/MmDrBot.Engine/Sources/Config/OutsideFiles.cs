using System.Globalization;
using MmDrBot.Engine.Platform;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Sources.Files;

namespace MmDrBot.Engine.Sources.Config;

/// <summary>Stores certificates and keys that the configuration names by absolute path, somewhere outside its directory; links are followed.</summary>
/// <param name="streams">Where contents go.</param>
/// <param name="note">Told of a file that is not there.</param>
/// <param name="unreadable">Told of a file that is there and cannot be read.</param>
internal sealed class OutsideFiles(Repositories.StreamWriter streams, Action<string> note, Action<string> unreadable)
{
    // A certificate is small; whatever is larger is named by mistake.
    private const int Limit = Repositories.StreamWriter.SmallFile;

    /// <returns>The list, with paths relative to the root of the file system; null when there is none.</returns>
    internal async Task<StreamRef?> StoreAsync(IEnumerable<string> paths, CancellationToken cancellationToken)
    {
        await using var list = new FileListWriter(streams, cancellationToken);
        foreach (var path in paths.Select(Path.GetFullPath).Distinct().Order(Comparer<string>.Create(PathOrder.Compare)))
        {
            if (await ReadAsync(path, cancellationToken) is { } entry)
            {
                await list.AddAsync(entry, cancellationToken);
            }
        }

        var stored = await list.CompleteAsync();
        return list.Entries > 0 ? stored : null;
    }

    private async Task<FileEntry?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
            var status = Posix.Stat(target) ?? throw new FileNotFoundException();
            if (status.IsRegular && status.Size <= Limit)
            {
                return Describe(path, status).With(await streams.StoreSmallAsync(await File.ReadAllBytesAsync(target, cancellationToken)));
            }

            unreadable($"{path}: it is no file, or too large for a certificate");
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            note($"The configuration names {path}, which does not exist.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            unreadable($"{path}: {failure.Message}");
        }

        return null;
    }

    private static FileEntry Describe(string path, FileStatus status) => new()
    {
        Path = path.TrimStart('/'),
        Type = "f",
        Mode = "0" + Convert.ToString(status.Mode & 0xfff, 8),
        User = status.User,
        Group = status.Group,
        Modified = status.Modified.ToString(CultureInfo.InvariantCulture),
    };
}
