using MmDrBot.TestKit.Tools;

namespace MmDrBot.TestKit.Postgres;

/// <summary>A database as text, so that two of them can be compared.</summary>
public static class PgDump
{
    private static readonly string[] Volatile = [@"\restrict ", @"\unrestrict ", "-- Dumped from database version", "-- Dumped by pg_dump version"];

    /// <summary>
    /// A plain <c>pg_dump</c> without the lines that differ from run to run (<c>\restrict</c> tokens) or from server to
    /// server (version comments). The rows of a table come in physical order, which a restore keeps.
    /// </summary>
    public static async Task<string> DumpAsync(string uri, IEnumerable<string>? extraArguments = null, CancellationToken cancellationToken = default)
    {
        var text = await Tool.RunAsync("pg_dump", [$"--dbname={uri}", .. extraArguments ?? []], null, cancellationToken);

        return string.Join('\n', text.Split('\n').Where(line => !Volatile.Any(line.StartsWith)));
    }
}
