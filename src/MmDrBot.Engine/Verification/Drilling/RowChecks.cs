using System.Collections.Concurrent;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Sources.Postgres;
using Npgsql;

namespace MmDrBot.Engine.Verification.Drilling;

/// <summary>
/// Reads every table, sequence and large object of the restored database back, and compares each with what is stored: not numbers alone, but
/// every byte of COPY's text. Rows come back in the order in which they were written, since nothing else wrote them.
/// </summary>
internal sealed class RowChecks(DrillWork work, DatabaseComponent source, PostgresAddress address)
{
    private const int Readers = 2;

    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        var findings = work.Findings;
        work.Progress.Expect(source.Bytes);
        await findings.LookAsync("rows", () => TablesAsync(cancellationToken));
        await findings.LookAsync("sequences", () => SequencesAsync(cancellationToken));
        if (source.LargeObjects.Count > 0)
        {
            await findings.LookAsync("large objects", () => LargeObjectsAsync(cancellationToken));
        }
    }

    private async Task TablesAsync(CancellationToken cancellationToken)
    {
        var (waiting, wrong) = (new ConcurrentQueue<TableData>(source.Tables.OrderByDescending(table => table.Data.Size)), new ConcurrentBag<string>());
        await Task.WhenAll(Enumerable.Range(0, Readers).Select(_ => Task.Run(() => ReadAsync(waiting, wrong, cancellationToken), cancellationToken)));
        var rows = source.Tables.Sum(table => table.Rows);
        work.Findings.Judge("rows", [.. wrong.Order(StringComparer.Ordinal)], $"{source.Tables.Count} tables have the {rows} rows of the manifest, byte for byte.");
    }

    private async Task ReadAsync(ConcurrentQueue<TableData> waiting, ConcurrentBag<string> wrong, CancellationToken cancellationToken)
    {
        await using var connection = await PostgresConnection.OpenAsync(address, cancellationToken);
        while (waiting.TryDequeue(out var table))
        {
            try
            {
                if (await WrongAsync(connection, table, cancellationToken) is { } what)
                {
                    wrong.Add(what);
                }
            }
            catch (PostgresException refused) when (!refused.IsTransient)
            {
                wrong.Add($"{table.Schema}.{table.Name}: {refused.MessageText}");
            }

            work.Progress.Add(table.Data.Size);
        }
    }

    private async Task<string?> WrongAsync(NpgsqlConnection connection, TableData table, CancellationToken cancellationToken)
    {
        var (name, title) = (Sql.Name(table.Schema, table.Name), $"{table.Schema}.{table.Name}");
        var rows = await connection.ScalarAsync<long>($"SELECT count(*) FROM ONLY {name}{(table.Filter is null ? "" : " " + table.Filter)}", cancellationToken);
        if (rows != table.Rows)
        {
            return $"{title} has {rows} rows where the manifest says {table.Rows}";
        }

        // An extension's table has rows of its own in between.
        return table.Filter is null && rows > 0 && !await IsSameAsync(connection, table, name, cancellationToken) ? $"{title} has other rows than those that are stored" : null;
    }

    private async Task<bool> IsSameAsync(NpgsqlConnection connection, TableData table, string name, CancellationToken cancellationToken)
    {
        // Its end reads what is left over.
        using var reader = (System.IO.StreamReader)await connection.BeginTextExportAsync($"COPY {name}{Sql.Columns(table.Columns)} TO STDOUT", cancellationToken);
        return await work.Proof.IsSameAsync(table.Data, new CopyOutStream(reader.BaseStream), cancellationToken);
    }

    private async Task SequencesAsync(CancellationToken cancellationToken)
    {
        await using var connection = await PostgresConnection.OpenAsync(address, cancellationToken);
        var wrong = new List<string>();
        foreach (var batch in source.Sequences.Chunk(100))
        {
            var union = string.Join(" UNION ALL ", batch.Select((item, i) => $"SELECT {i}, last_value, is_called FROM {Sql.Name(item.Schema, item.Name)}"));
            var found = await connection.QueryAsync(union, row => (Item: batch[row.GetInt32(0)], Value: row.GetInt64(1), IsCalled: row.GetBoolean(2)), cancellationToken);
            wrong.AddRange(found.Where(item => item.Value != item.Item.LastValue || item.IsCalled != item.Item.IsCalled).Select(item => $"{item.Item.Schema}.{item.Item.Name} is at {item.Value} where the manifest says {item.Item.LastValue}"));
        }

        work.Findings.Judge("sequences", wrong, $"{source.Sequences.Count} are where the manifest says.");
    }

    private async Task LargeObjectsAsync(CancellationToken cancellationToken)
    {
        await using var connection = await PostgresConnection.OpenAsync(address, cancellationToken);
        await connection.ExecuteAsync("BEGIN", cancellationToken);
        var wrong = new List<string>();
        foreach (var item in source.LargeObjects)
        {
            await using var content = new LargeObjectStream(connection, item.Oid);
            if (!await work.Proof.IsSameAsync(item.Data, content, cancellationToken))
            {
                wrong.Add($"large object {item.Oid} has other bytes than those that are stored");
            }
        }

        await connection.ExecuteAsync("COMMIT", cancellationToken);
        work.Findings.Judge("large objects", wrong, $"{source.LargeObjects.Count} are as stored.");
    }
}
