using System.Text;
using System.Text.Json.Nodes;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>What PasswordSettings demands; the same id for every offence, naming the classes that are configured.</summary>
internal sealed class PasswordPolicy(JsonNode settings)
{
    private const int LongestBytes = 64;
    private const string Symbols = " !\"\\#$%&'()*+,-./:;<=>?@[]^_`|~";

    private static readonly (string Setting, string Suffix, string Words, Func<char, bool> IsOne)[] _classes =
    [
        ("Lowercase", "_lowercase", "at least one lowercase letter", char.IsAsciiLetterLower),
        ("Uppercase", "_uppercase", "at least one uppercase letter", char.IsAsciiLetterUpper),
        ("Number", "_number", "at least one number", char.IsAsciiDigit),
        ("Symbol", "_symbol", "at least one symbol (e.g. \"~!@#$%^&*()\")", Symbols.Contains),
    ];

    /// <exception cref="StandInError">400: it is too short, too long or lacks a class.</exception>
    public void Check(string password)
    {
        var bytes = Encoding.UTF8.GetByteCount(password);
        var demanded = _classes.Where(one => (bool?)settings[one.Setting] == true).ToArray();

        if (bytes < Minimum || bytes > LongestBytes || demanded.Any(one => !password.Any(one.IsOne)))
            throw Refusal(demanded);
    }

    private int Minimum => (int?)settings["MinimumLength"] ?? 10;

    private StandInError Refusal((string Setting, string Suffix, string Words, Func<char, bool> IsOne)[] demanded)
    {
        var id = $"model.user.is_valid.pwd{string.Concat(demanded.Select(one => one.Suffix))}.app_error";

        return new(400, id, $"Your password must contain at least {Minimum} characters{Made(demanded)}.");
    }

    private static string Made((string Setting, string Suffix, string Words, Func<char, bool> IsOne)[] demanded) => demanded switch
    {
        [] => "",
        [var one] => $" made up of {one.Words}",
        [.. var some, var last] => $" made up of {string.Join(", ", some.Select(one => one.Words))}{(some.Length > 1 ? "," : "")} and {last.Words}",
    };
}
