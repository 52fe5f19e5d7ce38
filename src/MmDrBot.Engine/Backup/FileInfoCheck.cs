using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Sources.Postgres;

namespace MmDrBot.Engine.Backup;

/// <summary>Compares the fileinfo rows of the snapshot with the file store: real servers have rows whose files are gone, or cut short.</summary>
internal sealed class FileInfoCheck(Snapshot snapshot, IReadOnlyList<RestorePoint> previous)
{
    private const int Listed = 1000;
    private const int Named = 3;

    internal async Task<FilesComponent> CompareAsync(FilesComponent files, PathSizes paths, string? directory, Action<string> warn, CancellationToken cancellationToken)
    {
        var table = snapshot.Tables.Where(table => table.Name == "fileinfo" && table.Columns.Contains("path") && table.Columns.Contains("deleteat")).OrderBy(table => table.Schema == "public" ? 0 : 1).FirstOrDefault();
        if (table is null)
        {
            return files;
        }

        var known = previous.LastOrDefault(point => point.Files is not null)?.Files?.Missing.ToHashSet(StringComparer.Ordinal) ?? [];
        var hasSizes = table.Columns.Contains("size");
        var (fresh, old, count, odd, others) = (new List<string>(), new List<string>(), 0L, new List<string>(), 0L);
        await using var command = new Npgsql.NpgsqlCommand($"SELECT path, {(hasSizes ? "COALESCE(size, 0)" : "0::bigint")} FROM {table.QualifiedName} WHERE deleteat = 0 AND path <> ''", snapshot.Connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var path = reader.GetString(0);
            if ((directory is null ? paths.Find(path) : SizeOf(Path.Combine(directory, path))) is { } size)
            {
                if (hasSizes && size != reader.GetInt64(1) && ++others <= Named)
                {
                    odd.Add(path);
                }

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
            warn($"{count} files that the database names are not in the file store ({fresh.Count} of them newly missing): {string.Join(", ", fresh.Concat(old).Take(Named))}{(count > Named ? ", ..." : "")}");
        }

        if (others > 0)
        {
            warn($"{others} files have another size in the file store than the database says, and may be cut short there: {string.Join(", ", odd)}{(others > Named ? ", ..." : "")}");
        }

        return files with { Missing = [.. fresh.Concat(old).Take(Listed)], MissingCount = count, OtherSizes = hasSizes ? others : null };
    }

    private static long? SizeOf(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : null;
}
