using System.Text.RegularExpressions;

namespace MmDrBot.Engine.Restore;

/// <summary>Finds the grants of an archive, one statement each: pg_restore sends all of one table together, and one missing role loses them all.</summary>
internal static partial class GrantStatements
{
    /// <summary>Whether a line of `pg_restore --list` is of grants.</summary>
    internal static bool IsGrant(string line) => Entry().IsMatch(line);

    /// <summary>The statements about rights in a script of pg_restore, in order, without their semicolons.</summary>
    internal static IEnumerable<string> Find(string script) =>
        Tokens().Matches(script).Select(match => match.Groups["statement"].Value).Where(statement => Rights().IsMatch(statement));

    [GeneratedRegex(@"^\d+; \d+ \d+ (DEFAULT )?ACL ")]
    private static partial Regex Entry();

    // Between statements: comments, psql's own commands, blanks. Within: quoted names and literals, which may hold anything.
    [GeneratedRegex("""(?:\s+|--[^\n]*|\\[^\n]*)*(?<statement>(?:"(?:[^"]|"")*"|'(?:[^']|'')*'|[^"';])+);""")]
    private static partial Regex Tokens();

    [GeneratedRegex("^(GRANT|REVOKE|ALTER DEFAULT PRIVILEGES|SET SESSION AUTHORIZATION|RESET SESSION AUTHORIZATION)\\b")]
    private static partial Regex Rights();
}
