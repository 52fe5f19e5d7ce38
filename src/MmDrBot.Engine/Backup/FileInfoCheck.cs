using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Sources.Postgres;

namespace MmDrBot.Engine.Backup;

/// <summary>Compares the fileinfo rows of the snapshot with the file store: real servers have rows whose files are gone.</summary>
internal sealed class FileInfoCheck(Snapshot snapshot, IReadOnlyList<RestorePoint> previous)
{
    private const int Listed = 1000;

    internal async Task<FilesComponent> CompareAsync(FilesComponent files, PathSet paths, string? directory, Action<string> warn, CancellationToken cancellationToken)
    {
        var table = snapshot.Tables.Where(table => table.Name == "fileinfo" && table.Columns.Contains("path") && table.Columns.Contains("deleteat")).OrderBy(table => table.Schema == "public" ? 0 : 1).FirstOrDefault();
        if (table is null)
        {
            return files;
        }

        var known = previous.LastOrDefault(point => point.Files is not null)?.Files?.Missing.ToHashSet(StringComparer.Ordinal) ?? [];
        var (fresh, old, count) = (new List<string>(), new List<string>(), 0L);
        await using var command = new Npgsql.NpgsqlCommand($"SELECT path FROM {table.QualifiedName} WHERE deleteat = 0 AND path <> ''", snapshot.Connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var path = reader.GetString(0);
            if (directory is null ? paths.Contains(path) : File.Exists(Path.Combine(directory, path)))
            {
                continue;
            }

            count++;
            var list = known.Contains(path) ? old : fresh;
            if (list.Count < Listed)
            {
                list.Add(path);
            }
        }

        if (count > 0)
        {
            warn($"{count} files that the database names are not in the file store ({fresh.Count} of them newly missing): {string.Join(", ", fresh.Concat(old).Take(3))}{(count > 3 ? ", ..." : "")}");
        }

        return files with { Missing = [.. fresh.Concat(old).Take(Listed)], MissingCount = count };
    }
}
