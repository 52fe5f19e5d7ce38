using System.Security.Cryptography;
using System.Text;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>A cheap hash in place of the server's slow one. What another program hashed fits no password.</summary>
internal static class StandInPassword
{
    private const string Mark = "$standin$";

    public static string Hash(string password)
    {
        var salt = StandInIds.New();

        return $"{Mark}{salt}${Digest(salt, password)}";
    }

    public static bool Fits(string hash, string password) =>
        hash.StartsWith(Mark, StringComparison.Ordinal) && hash[Mark.Length..].Split('$') is [var salt, var digest] && digest == Digest(salt, password);

    private static string Digest(string salt, string password) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(salt + password)));
}
