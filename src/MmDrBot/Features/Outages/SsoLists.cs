using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using MmDrBot.Access;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Outages;

/// <summary>Lists of accounts: one a line, or a CSV.</summary>
internal static class SsoLists
{
    private static readonly char[] Delimiters = [',', ';', '\t'];
    private static readonly string[][] Headlines = [["username", "user"], ["email", "e-mail", "mail"]];

    /// <exception cref="Refusal">Forbidden in chat: a path typed there would be read on this host. Invalid: the file can't be read.</exception>
    internal static async Task<IReadOnlyList<string>> ReadAsync(string? file, Actor actor, CancellationToken cancellationToken)
    {
        if (file is null)
        {
            return [];
        }

        if (actor.Door is not Door.Cli)
        {
            throw new Refusal(RefusalReason.Forbidden, "--file reads files of MmDrBot's host, so only the command line there has it.", "Type the names, or send a CSV to POST /api/v1/sso-conversions.");
        }

        return Parse(file == "-" ? await ReadPipeAsync(cancellationToken) : await NamedFile.ReadAsync("--file", file, "Name a file with one account a line, or - for standard input.", cancellationToken));
    }

    /// <summary>As a file is read: its first bytes tell whether it is UTF-16, as spreadsheets and Windows write it.</summary>
    private static async Task<string> ReadPipeAsync(CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(Console.OpenStandardInput());
        return await reader.ReadToEndAsync(cancellationToken);
    }

    /// <summary>
    /// Empty lines and lines that begin with # are left out. Below a headline the columns of usernames and e-mail addresses count, else the first one; where
    /// that is empty, a cell that is an e-mail address: nobody is left out for want of a username, and nothing else is taken for a name.
    /// </summary>
    /// <exception cref="Refusal">Invalid: a line names nobody, or can't be read.</exception>
    internal static IReadOnlyList<string> Parse(string text)
    {
        text = text.TrimStart('\uFEFF');
        using var rows = new CsvParser(new StringReader(text), new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = Delimiters.MaxBy(delimiter => text.Count(letter => letter == delimiter)).ToString(),
            AllowComments = true,
            TrimOptions = TrimOptions.Trim | TrimOptions.InsideQuotes,
            BadDataFound = bad => throw Unclear(bad.Context.Parser!.RawRow, "has a quote that is not closed, or in the middle of a word"),
        });
        var (names, columns, isFirst) = (new List<string>(), (IReadOnlyList<int>)[0], true);
        while (rows.Read())
        {
            var cells = rows.Record!;
            if (cells.All(cell => cell.Length == 0))
            {
                continue;
            }

            if (isFirst && ColumnsOf(cells) is { Count: > 0 } headed)
            {
                columns = headed;
            }
            else
            {
                names.Add(NameOf(cells, columns) ?? throw Unclear(rows.RawRow, "names nobody in its first column, and no e-mail address"));
            }

            isFirst = false;
        }

        return names;
    }

    private static string? NameOf(string[] cells, IReadOnlyList<int> columns) =>
        columns.Where(column => column < cells.Length).Select(column => cells[column]).FirstOrDefault(cell => cell.Length > 0) ?? cells.FirstOrDefault(cell => cell.IndexOf('@') > 0);

    /// <summary>Of a headline: that of usernames, then that of e-mail addresses.</summary>
    private static IReadOnlyList<int> ColumnsOf(string[] cells) =>
        [.. Headlines.Select(words => Array.FindIndex(cells, cell => words.Contains(cell.ToLowerInvariant()))).Where(column => column >= 0)];

    private static Refusal Unclear(int line, string what) => new(RefusalReason.Invalid, $"Line {line} of the list {what}.", "Mend the line; nobody was touched.");
}
