using System.Text;

namespace MmDrBot.Engine.Sources.Postgres;

/// <summary>Takes a DataSource apart the way lib/pq does. Texts of errors never hold parts of it, since it holds a password.</summary>
internal static class DataSourceParser
{
    private const string Hint = "It is like postgres://user:password@host:5432/database?sslmode=disable, or host=... user=... password=... dbname=...; special characters in a URI are written %XX.";

    internal static IReadOnlyDictionary<string, string> Parse(string dataSource)
    {
        var text = dataSource.Trim();
        if (text.Length == 0)
        {
            throw Invalid("is empty");
        }

        var parts = text.StartsWith("postgres://", StringComparison.Ordinal) || text.StartsWith("postgresql://", StringComparison.Ordinal)
            ? ParseUri(text[(text.IndexOf("://", StringComparison.Ordinal) + 3)..])
            : ParsePairs(text);
        return parts.Values.Any(value => value.Contains('\0', StringComparison.Ordinal)) ? throw Invalid("has a zero byte") : parts;
    }

    private static Dictionary<string, string> ParseUri(string rest)
    {
        var parts = new Dictionary<string, string>(StringComparer.Ordinal);
        if (rest.IndexOf('?') is var query && query >= 0)
        {
            ReadQuery(rest[(query + 1)..], parts);
            rest = rest[..query];
        }

        if (rest.IndexOf('/') is var slash && slash >= 0)
        {
            // It is the rest of a password that was not encoded, and would be shown as the database's name.
            Set(parts, "dbname", rest.IndexOf('@', slash) < 0 ? Decode(rest[(slash + 1)..]) : throw Invalid("has an @ behind a /"));
            rest = rest[..slash];
        }

        if (rest.LastIndexOf('@') is var at && at >= 0)
        {
            var colon = rest.IndexOf(':');
            var endOfUser = colon >= 0 && colon < at ? colon : at;
            Set(parts, "user", Decode(rest[..endOfUser]));
            if (endOfUser < at)
            {
                parts["password"] = Decode(rest[(endOfUser + 1)..at]);
            }

            rest = rest[(at + 1)..];
        }

        ReadHosts(rest, parts);
        return parts;
    }

    private static void ReadHosts(string text, Dictionary<string, string> parts)
    {
        if (text.Length == 0)
        {
            return;
        }

        var (hosts, ports) = (new List<string>(), new List<string>());
        foreach (var item in text.Split(','))
        {
            var end = item.StartsWith('[') ? item.IndexOf(']') + 1 : item.IndexOf(':');
            end = end <= 0 ? item.Length : end;
            hosts.Add(Decode(item[..end]).Trim('[', ']'));
            ports.Add(end < item.Length && item[end] == ':' ? item[(end + 1)..] : "");
        }

        // What the query says has the last word, as with lib/pq.
        parts.TryAdd("host", string.Join(',', hosts));
        if (ports.Any(port => port.Length > 0))
        {
            parts.TryAdd("port", string.Join(',', ports.Select(port => port.Length > 0 ? port : "5432")));
        }
    }

    private static void ReadQuery(string query, Dictionary<string, string> parts)
    {
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=');
            if (equals <= 0)
            {
                throw Invalid("has a parameter without a value");
            }

            parts[Decode(pair[..equals].Replace('+', ' '))] = Decode(pair[(equals + 1)..].Replace('+', ' '));
        }
    }

    private static void Set(Dictionary<string, string> parts, string name, string value)
    {
        if (value.Length > 0)
        {
            parts.TryAdd(name, value);
        }
    }

    private static string Decode(string text)
    {
        for (var at = text.IndexOf('%'); at >= 0; at = text.IndexOf('%', at + 1))
        {
            if (at + 2 >= text.Length || !char.IsAsciiHexDigit(text[at + 1]) || !char.IsAsciiHexDigit(text[at + 2]))
            {
                throw Invalid("has a % that is not followed by two hex digits");
            }
        }

        return Uri.UnescapeDataString(text);
    }

    private static Dictionary<string, string> ParsePairs(string text)
    {
        var parts = new Dictionary<string, string>(StringComparer.Ordinal);
        var at = 0;
        while (true)
        {
            SkipBlanks(text, ref at);
            if (at == text.Length)
            {
                return parts;
            }

            var equals = text.IndexOf('=', at);
            if (equals < 0)
            {
                throw Invalid("is no URI and has a word without a value");
            }

            var name = text[at..equals].Trim();
            if (name.Any(char.IsWhiteSpace))
            {
                throw Invalid("has a word without a value; a value with blanks stands in single quotes");
            }

            at = equals + 1;
            SkipBlanks(text, ref at);
            parts[name] = ReadValue(text, ref at);
        }
    }

    private static string ReadValue(string text, ref int at)
    {
        var value = new StringBuilder();
        var quoted = at < text.Length && text[at] == '\'';
        at += quoted ? 1 : 0;
        while (at < text.Length)
        {
            var character = text[at++];
            if (quoted ? character == '\'' : char.IsWhiteSpace(character))
            {
                return value.ToString();
            }

            if (character == '\\')
            {
                character = at < text.Length ? text[at++] : throw Invalid("ends in a backslash");
            }

            value.Append(character);
        }

        return quoted ? throw Invalid("has a quote that is not closed") : value.ToString();
    }

    private static void SkipBlanks(string text, ref int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }
    }

    private static EngineException Invalid(string what) => new(EngineFault.Invalid, $"The database's address {what}.", Hint);
}
