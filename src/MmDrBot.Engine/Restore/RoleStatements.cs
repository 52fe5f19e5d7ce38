using System.Text.RegularExpressions;

namespace MmDrBot.Engine.Restore;

/// <summary>
/// Finds what an archive says of roles. Such statements are run one by one, not by pg_restore: a role that does not exist here then costs its
/// own statement alone, and PostgreSQL's codes tell it from other errors in whatever language the server speaks.
/// </summary>
internal static partial class RoleStatements
{
    /// <summary>Whether a line of `pg_restore --list` is of rights, or of something else that only a role of that name or its owner can have.</summary>
    internal static bool IsEntry(string line) => Entry().IsMatch(line);

    /// <summary>The statements of such entries in a script of pg_restore, in order, without their semicolons.</summary>
    internal static IEnumerable<string> Find(string script) => Statements(script).Where(statement => OfEntries().IsMatch(statement));

    /// <summary>The statements that give objects to their owners, and the owners' names.</summary>
    internal static IEnumerable<(string Statement, string Owner)> FindOwners(string script) =>
        from statement in Statements(script)
        let match = OwnerTo().Match(statement)
        where match.Success
        let owner = match.Groups["owner"].Value
        select (statement, owner[0] == '"' ? owner[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : owner);

    /// <summary>The statements that define things, without those above and the settings of pg_restore's own session.</summary>
    internal static IEnumerable<string> FindDefinitions(string script) =>
        Statements(script).Where(statement => !OfEntries().IsMatch(statement) && !OwnerTo().IsMatch(statement) && !Session().IsMatch(statement));

    private static IEnumerable<string> Statements(string script) => Tokens().Matches(script).Select(match => match.Groups["statement"].Value);

    [GeneratedRegex(@"^\d+; \d+ \d+ ((DEFAULT )?ACL|POLICY|USER MAPPING|COMMENT \S+ (SCHEMA|EXTENSION|POLICY)) ")]
    private static partial Regex Entry();

    // Between statements: comments, psql's own commands, blanks. Within: quoted names, literals and function bodies, which may hold anything.
    [GeneratedRegex("""(?:\s+|--[^\n]*|\\[^\n]*)*(?<statement>(?>"(?:[^"]|"")*"|'(?:[^']|'')*'|\$(?<tag>[a-z0-9_]*)\$.*?\$\k<tag>\$|\$|[^"';$]+)+);""", RegexOptions.Singleline | RegexOptions.IgnoreCase)]
    private static partial Regex Tokens();

    [GeneratedRegex("^(GRANT|REVOKE|ALTER DEFAULT PRIVILEGES|SET SESSION AUTHORIZATION|RESET SESSION AUTHORIZATION|CREATE POLICY|CREATE USER MAPPING|COMMENT ON)\\b")]
    private static partial Regex OfEntries();

    [GeneratedRegex(@"^(SET |SELECT pg_catalog\.set_config\()")]
    private static partial Regex Session();

    [GeneratedRegex("""^ALTER .+ OWNER TO (?<owner>"(?:[^"]|"")+"|[^" ]+)$""", RegexOptions.Singleline)]
    private static partial Regex OwnerTo();
}
