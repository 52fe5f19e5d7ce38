using MmDrBot.Access;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Outages;

/// <summary>Lists of accounts: one a line, or the first column of a CSV that is not empty.</summary>
internal static class SsoLists
{
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

    /// <summary>Empty lines, lines that begin with # and a headline above the first name are left out.</summary>
    internal static IReadOnlyList<string> Parse(string text)
    {
        var names = text.Split('\n').Select(NameOf).Where(name => name.Length > 0 && !name.StartsWith('#')).ToArray();
        return names is [var first, .. var rest] && IsHeadline(first) ? rest : names;
    }

    /// <summary>Where the first column is empty, the next that isn't: nobody is left out for want of a username.</summary>
    private static string NameOf(string line) => line.Split(',', ';', '\t').Select(cell => cell.Trim().Trim('"', '\uFEFF').Trim()).FirstOrDefault(cell => cell.Length > 0) ?? "";

    private static bool IsHeadline(string name) => name.ToLowerInvariant() is "username" or "email" or "user" or "e-mail";
}
