using System.Security.Cryptography;

namespace MmDrBot.Sso;

/// <summary>
/// Passwords that every policy of Mattermost's accepts (all four classes; at least 20 characters; up to 64 for the older releases, which take no more, and up to 72 where the policy asks for that) and that can be read
/// out on the phone: no letter or digit that looks like another.
/// </summary>
internal static class TemporaryPassword
{
    private const int Usual = 20;
    private const int Longest = 72;
    private const string Lower = "abcdefghjkmnpqrstuvwxyz";
    private const string Upper = "ABCDEFGHJKLMNPQRSTUVWXYZ";
    private const string Digits = "23456789";
    private const string Symbols = "-.!+";

    /// <param name="minimumLength">PasswordSettings.MinimumLength.</param>
    internal static string New(int minimumLength)
    {
        var length = Math.Clamp(minimumLength, Usual, Longest);
        var rest = RandomNumberGenerator.GetItems<char>(Lower + Upper + Digits, length - 4);
        char[] password = [.. rest, One(Lower), One(Upper), One(Digits), One(Symbols)];
        RandomNumberGenerator.Shuffle(password.AsSpan());
        return new string(password);
    }

    private static char One(string alphabet) => alphabet[RandomNumberGenerator.GetInt32(alphabet.Length)];
}
