using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using MmDrBot.Engine.Platform;

namespace MmDrBot.Engine.ObjectStores.Local;

/// <summary>Objects as files below a directory. A new object is a temporary file, synced, then given its name by link(2), which fails when the name is taken.</summary>
public sealed class LocalObjectStore : IObjectStore
{
    private const string Temporary = "tmp";
    private static readonly ConcurrentDictionary<string, bool> BeingWritten = new();
    private readonly string _root;

    /// <summary>Uses the directory, which is made on the first write.</summary>
    public LocalObjectStore(string root) => _root = Path.GetFullPath(root);

    internal string Root => _root;

    /// <inheritdoc/>
    public string Location => $"file://{_root}";

    /// <inheritdoc/>
    public int Parallelism => 2;

    /// <inheritdoc/>
    public bool HasCheapRanges => true;

    /// <inheritdoc/>
    public async Task<bool> CreateAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var path = PathOf(name);
        if (File.Exists(path))
        {
            return false;
        }

        EnsureDirectory(Path.GetDirectoryName(path)!);
        EnsureDirectory(Path.Combine(_root, Temporary));
        var temporary = Path.Combine(_root, Temporary, $"{Environment.ProcessId}-{Guid.NewGuid():N}");
        BeingWritten.TryAdd(Path.GetFileName(temporary), true);
        try
        {
            await Task.Run(() => DurableFile.Write(temporary, content.Span), cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            var created = Posix.TryLink(temporary, path);
            Posix.SyncDirectory(Path.GetDirectoryName(path)!);
            return created;
        }
        finally
        {
            File.Delete(temporary);
            BeingWritten.TryRemove(Path.GetFileName(temporary), out _);
        }
    }

    /// <inheritdoc/>
    public async Task ReadAsync(string name, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        using var handle = Open(name);
        var done = 0;
        while (done < destination.Length)
        {
            var count = await RandomAccess.ReadAsync(handle, destination[done..], offset + done, cancellationToken);
            if (count == 0)
            {
                throw new EndOfStreamException($"{name} ends after {offset + done} bytes.");
            }

            done += count;
        }
    }

    /// <inheritdoc/>
    public Task<long?> FindAsync(string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var file = new FileInfo(PathOf(name));
        return Task.FromResult(file.Exists ? file.Length : (long?)null);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        var directory = Path.Combine(_root, prefix.Contains('/') ? prefix[..prefix.LastIndexOf('/')] : "");
        if (!Directory.Exists(directory))
        {
            yield break;
        }

        foreach (var file in new DirectoryInfo(directory).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var name = Path.GetRelativePath(_root, file.FullName);
            if (name.StartsWith(prefix, StringComparison.Ordinal) && !name.StartsWith(Temporary + "/", StringComparison.Ordinal) && Describe(file, name) is { } item)
            {
                yield return item;
            }
        }
    }

    /// <inheritdoc/>
    public Task DeleteAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        var directories = new HashSet<string>();
        foreach (var path in names.Select(PathOf))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var directory = Path.GetDirectoryName(path)!;
            if (Directory.Exists(directory))
            {
                File.Delete(path);
                directories.Add(directory);
            }
        }

        foreach (var directory in directories)
        {
            Posix.SyncDirectory(directory);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> LeftoversAsync(bool remove, CancellationToken cancellationToken)
    {
        var directory = Path.Combine(_root, Temporary);
        var files = Directory.Exists(directory) ? [.. Directory.GetFiles(directory).Where(file => IsLeftover(Path.GetFileName(file)))] : Array.Empty<string>();
        if (remove)
        {
            Array.ForEach(files, File.Delete);
        }

        return Task.FromResult<IReadOnlyList<string>>([.. files.Select(file => $"{Temporary}/{Path.GetFileName(file)}")]);
    }

    /// <summary>What a living process writes is none: a backup may run beside the prune that sweeps.</summary>
    private static bool IsLeftover(string file) =>
        !int.TryParse(file.Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var process)
        || (process == Environment.ProcessId ? !BeingWritten.ContainsKey(file) : !Directory.Exists($"/proc/{process}"));

    private Microsoft.Win32.SafeHandles.SafeFileHandle Open(string name)
    {
        try
        {
            return File.OpenHandle(PathOf(name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
        }
        catch (DirectoryNotFoundException failure)
        {
            throw new FileNotFoundException($"{name} is not in {Location}.", name, failure);
        }
    }

    /// <returns>Null when the file was deleted since the directory was read.</returns>
    private static StoredObject? Describe(FileInfo file, string name)
    {
        try
        {
            return new StoredObject(name, file.Length, file.LastWriteTimeUtc);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Makes a directory and its parents durable, from the top down.</summary>
    private void EnsureDirectory(string directory)
    {
        if (Directory.Exists(directory))
        {
            return;
        }

        var parent = Path.GetDirectoryName(directory);
        if (parent is not null && directory.Length > _root.Length)
        {
            EnsureDirectory(parent);
        }

        Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (parent is not null)
        {
            Posix.SyncDirectory(parent);
        }
    }

    private string PathOf(string name) => Path.Combine(_root, name);
}
