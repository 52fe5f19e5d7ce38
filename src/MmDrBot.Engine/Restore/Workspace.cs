using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Restore;

/// <summary>A private directory for the archives that pg_restore reads; it goes with the object.</summary>
internal sealed class Workspace : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mmdr-");

    internal string PathOf(string name) => Path.Combine(_directory.FullName, name);

    internal async Task<string> WriteAsync(string name, StreamRef stream, Repositories.StreamReader streams, CancellationToken cancellationToken)
    {
        var path = PathOf(name);
        await using var file = File.Create(path);
        await streams.CopyToAsync(stream, file, null, cancellationToken);
        return path;
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
