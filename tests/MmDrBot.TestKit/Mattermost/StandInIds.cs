using System.Security.Cryptography;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>Ids as Mattermost makes them: 26 characters of its own base 32 alphabet.</summary>
internal static class StandInIds
{
    private const string Alphabet = "ybndrfg8ejkmcpqxot1uwisza345h769";
    private const int Length = 26;

    public static string New(int length = Length) => RandomNumberGenerator.GetString(Alphabet, length);
}
