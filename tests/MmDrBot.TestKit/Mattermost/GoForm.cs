using System.Globalization;
using System.Text;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>A form as Go's <c>url.Values.Encode</c> writes it: sorted by name, blanks as +, all but letters, digits and <c>-_.~</c> escaped.</summary>
internal static class GoForm
{
    public static string Encode(IEnumerable<KeyValuePair<string, string>> fields) => string.Join('&', fields
        .OrderBy(field => field.Key, StringComparer.Ordinal)
        .Select(field => $"{Escape(field.Key)}={Escape(field.Value)}"));

    private static string Escape(string text)
    {
        var result = new StringBuilder();

        foreach (var octet in Encoding.UTF8.GetBytes(text))
        {
            if (char.IsAsciiLetterOrDigit((char)octet) || "-_.~".Contains((char)octet))
                result.Append((char)octet);
            else if (octet == ' ')
                result.Append('+');
            else
                result.Append('%').Append(octet.ToString("X2", CultureInfo.InvariantCulture));
        }

        return result.ToString();
    }
}
