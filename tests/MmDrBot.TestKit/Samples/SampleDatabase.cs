using System.Text.Json;
using MmDrBot.TestKit.Postgres;
using Npgsql;

namespace MmDrBot.TestKit.Samples;

/// <summary>The sample's database, from an empty one on.</summary>
internal sealed class SampleDatabase(SampleModel model, string uri)
{
    private const string StateName = "SampleState";
    private const string FullText = "CREATE INDEX idx_posts_message_txt ON posts USING gin (to_tsvector('english', message))";

    /// <summary>Reads how far a sample has grown.</summary>
    public static async Task<SampleState> ReadStateAsync(string uri, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(uri, cancellationToken);
        await using var command = new NpgsqlCommand($"SELECT value FROM systems WHERE name = '{StateName}'", connection);

        return JsonSerializer.Deserialize<SampleState>((string)(await command.ExecuteScalarAsync(cancellationToken)
            ?? throw new InvalidOperationException("This database holds no sample.")))!;
    }

    /// <summary>Tables, rows, then indexes: what takes longest, the full-text index, is built beside the others.</summary>
    public async Task CreateAsync(SampleBatch batch, IReadOnlyList<SampleFile> files, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(uri, cancellationToken);
        await ExecuteAsync(connection, await ReadScriptAsync("schema.sql", cancellationToken), cancellationToken);
        await new SamplePeople(model).WriteAsync(connection, cancellationToken);
        await new SamplePosts(model, batch).WriteAsync(connection, files, cancellationToken);

        await using var second = await OpenAsync(uri, cancellationToken);
        await Task.WhenAll(
            ExecuteAsync(second, FullText, cancellationToken),
            ExecuteAsync(connection, await ReadScriptAsync("indexes.sql", cancellationToken), cancellationToken));

        if (model.Options.Extras)
        {
            await ExecuteAsync(connection, await ReadScriptAsync("extras.sql", cancellationToken), cancellationToken);
        }
    }

    /// <summary>Adds a batch in one transaction, as a server adds posts: with all indexes in place.</summary>
    public async Task AddAsync(SampleBatch batch, IReadOnlyList<SampleFile> files, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(uri, cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await new SamplePosts(model, batch).WriteAsync(connection, files, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    public async Task WriteStateAsync(SampleState state, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(uri, cancellationToken);
        await using var command = new NpgsqlCommand(
            "INSERT INTO systems VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value", connection)
        {
            Parameters = { new() { Value = StateName }, new() { Value = JsonSerializer.Serialize(state) } },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<NpgsqlConnection> OpenAsync(string uri, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(PostgresUri.ToConnectionString(uri));
        await connection.OpenAsync(cancellationToken);
        await ExecuteAsync(connection, "SET maintenance_work_mem = '256MB'", cancellationToken);

        return connection;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<string> ReadScriptAsync(string name, CancellationToken cancellationToken)
    {
        await using var stream = typeof(SampleDatabase).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not embedded.");
        using var reader = new StreamReader(stream);

        return await reader.ReadToEndAsync(cancellationToken);
    }
}
