using System.Security.Cryptography;

namespace MmDrBot.Access;

/// <summary>A short random id that ties what the user was shown to what the log holds, e.g. "ref-7k2m9qx4ta".</summary>
internal static class Reference
{
    public static string New() => "ref-" + Base32.Encode(RandomNumberGenerator.GetBytes(7))[..10];
}
