using System.Globalization;
using System.Text;
using Npgsql;

namespace MmDrBot.TestKit.Samples;

/// <summary>Writes rows in the text form of COPY, the fastest way in.</summary>
internal sealed class CopyWriter : IAsyncDisposable
{
    private const int FlushAt = 1 << 16;
    private readonly TextWriter writer;
    private readonly StringBuilder buffer = new(FlushAt * 2);
    private bool inRow;

    private CopyWriter(TextWriter writer) => this.writer = writer;

    /// <summary>Starts a COPY; disposing ends it.</summary>
    public static async Task<CopyWriter> BeginAsync(NpgsqlConnection connection, string table, string columns, CancellationToken cancellationToken) =>
        new(await connection.BeginTextImportAsync($"COPY {table} ({columns}) FROM STDIN", cancellationToken));

    /// <summary>Adds a field; null is SQL's NULL.</summary>
    public CopyWriter Field(string? value)
    {
        Separate();

        if (value is null)
        {
            buffer.Append("\\N");
        }
        else
        {
            AppendEscaped(value);
        }

        return this;
    }

    public CopyWriter Field(long value)
    {
        Separate();
        buffer.Append(CultureInfo.InvariantCulture, $"{value}");

        return this;
    }

    public CopyWriter Field(bool value)
    {
        Separate();
        buffer.Append(value ? 't' : 'f');

        return this;
    }

    /// <summary>Ends the row.</summary>
    public ValueTask EndRowAsync(CancellationToken cancellationToken)
    {
        buffer.Append('\n');
        inRow = false;

        return buffer.Length < FlushAt ? ValueTask.CompletedTask : FlushAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await FlushAsync(CancellationToken.None);
        await writer.DisposeAsync();
    }

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        await writer.WriteAsync(buffer, cancellationToken);
        buffer.Clear();
    }

    private void Separate()
    {
        if (inRow)
        {
            buffer.Append('\t');
        }

        inRow = true;
    }

    private void AppendEscaped(string value)
    {
        foreach (var letter in value)
        {
            _ = letter switch
            {
                '\\' => buffer.Append("\\\\"),
                '\t' => buffer.Append("\\t"),
                '\n' => buffer.Append("\\n"),
                '\r' => buffer.Append("\\r"),
                _ => buffer.Append(letter),
            };
        }
    }
}
