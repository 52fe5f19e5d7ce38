using MmDrBot.Engine.Platform;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Restore;
using MmDrBot.Engine.Sources.Files;
using MmDrBot.Engine.Sources.Postgres;

namespace MmDrBot.Engine.Verification.Drilling;

/// <summary>Reads every restored file back and compares it with the list; then looks whether every attachment that the database names is among them.</summary>
internal sealed class FileChecks(DrillWork work)
{
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        var findings = work.Findings;
        if (work.HasConfigFiles)
        {
            await findings.LookAsync("configuration files", () => ContentAsync("configuration files", work.Point.Config!.List!, work.Scratch.Config, fromBucket: false, cancellationToken));
        }

        if (work.Point.Files is not { } files)
        {
            findings.NotProven("files", "The restore point holds no files.");
        }
        else if (!work.HasFiles)
        {
            findings.NotProven("files", $"The restore point has only the file store's {(files.Mode == "leave" ? "address" : "list")}, by the setting {files.Mode}.");
        }
        else
        {
            work.Progress.Expect(files.Bytes);
            await findings.LookAsync("files", () => ContentAsync("files", files.List!, work.Scratch.Files, files.Driver == "amazons3", cancellationToken));
            await findings.LookAsync("attachments", () => AttachmentsAsync(files, cancellationToken));
        }
    }

    private async Task ContentAsync(string name, StreamRef list, string root, bool fromBucket, CancellationToken cancellationToken)
    {
        var (wrong, count, bytes, left) = (new List<string>(), 0L, 0L, 0L);
        var proof = work.Proof;
        await foreach (var listed in FileListReader.ReadAsync(work.Streams, work.Blobs, list, cancellationToken))
        {
            if ((fromBucket ? SafePath.FileOf(listed) : listed) is not { } entry)
            {
                left++;
                continue;
            }

            if (await WrongAsync(proof, root, entry, cancellationToken) is { } what)
            {
                wrong.Add($"{(entry.Path.Length == 0 ? "its top directory" : entry.Path)} {what}");
            }

            (count, bytes) = (count + 1, bytes + (entry.IsFile ? entry.Size : 0));
            work.Progress.Add(entry.IsFile ? entry.Size : 0);
        }

        work.Findings.Judge(name, wrong, $"{count} files and directories are as stored, {bytes} bytes read back{(left > 0 ? $"; {left} keys of the bucket can't be files and were left out" : "")}.");
    }

    private static async Task<string?> WrongAsync(ContentProof proof, string root, FileEntry entry, CancellationToken cancellationToken)
    {
        var path = SafePath.Combine(root, entry.Path);
        if (Posix.Stat(path) is not { } status)
        {
            return "is missing";
        }

        if (entry.IsDirectory)
        {
            return status.IsDirectory ? null : "is no directory";
        }

        if (entry.IsLink)
        {
            var target = entry.RawTarget ?? System.Text.Encoding.UTF8.GetBytes(entry.Target ?? "");
            return Posix.ReadLink(path) is { } found && found.AsSpan().SequenceEqual(target) ? null : "leads elsewhere";
        }

        if (!status.IsRegular || status.Size != entry.Size)
        {
            return $"has {status.Size} bytes where the list says {entry.Size}";
        }

        await using var content = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        return await proof.IsSameAsync(entry.Content, content, cancellationToken) ? null : "has other bytes than those that are stored";
    }

    private async Task AttachmentsAsync(FilesComponent files, CancellationToken cancellationToken)
    {
        if (work.Database is null || work.Point.Database!.Tables.FirstOrDefault(table => table.Name == "fileinfo" && table.Columns.Contains("path") && table.Columns.Contains("size")) is not { } table)
        {
            work.Findings.NotProven("attachments", work.Database is null ? "The restore point holds no database that names them." : "The database has no table fileinfo with paths and sizes.");
            return;
        }

        var (known, missing, odd, old, count) = (files.Missing.ToHashSet(StringComparer.Ordinal), new List<string>(), new List<string>(), 0L, 0L);
        await using var connection = await PostgresConnection.OpenAsync(work.Database, cancellationToken);
        foreach (var (path, size) in await connection.QueryAsync($"SELECT path, COALESCE(size, 0) FROM {Sql.Name(table.Schema, table.Name)} WHERE deleteat = 0 AND path <> ''", row => (row.GetString(0), row.GetInt64(1)), cancellationToken))
        {
            count++;
            if (new FileInfo(Path.Combine(work.Scratch.Files, path)) is { Exists: true } file)
            {
                if (file.Length != size)
                {
                    odd.Add($"{path} has {file.Length} bytes where the database says {size}");
                }
            }
            else if (known.Contains(path))
            {
                old++;
            }
            else
            {
                missing.Add($"{path} is missing");
            }
        }

        // The manifest names the first thousand of those that the server lacked, and counts the rest.
        var isKnown = old + missing.Count <= files.MissingCount && files.MissingCount > files.Missing.Count;
        var gone = old + (isKnown ? missing.Count : 0);
        var isOdd = odd.Count > (files.OtherSizes ?? odd.Count);
        work.Findings.Judge("attachments", [.. isKnown ? [] : missing, .. isOdd ? odd : []], $"{count - gone} of {count} that the database names are there{(gone > 0 ? $"; the other {gone} the server lacked already" : "")}{(odd.Count > 0 ? $"; {odd.Count} have another size than the database says, {(files.OtherSizes is null ? "which the backup did not count" : "as on the server")}" : "")}.");
    }
}
