using System.Security.Cryptography;

namespace MmDrBot.Engine.Repositories;

/// <summary>256 random bits in base32, in groups of four that can be read over a telephone.</summary>
internal static class RecoveryKey
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const int Characters = 52;

    internal static string Generate()
    {
        var text = RandomNumberGenerator.GetString(Alphabet, Characters);
        return string.Join('-', text.Chunk(4).Select(group => new string(group)));
    }

    /// <summary>The secret that a typed text stands for: a recovery key loses its dashes, blanks and case, a passphrase its line end.</summary>
    internal static string SecretOf(string typed)
    {
        var passphrase = typed.TrimEnd('\r', '\n');
        var bare = new string([.. passphrase.Where(character => character is not ('-' or ' '))]).ToUpperInvariant();
        return bare.Length == Characters && bare.All(Alphabet.Contains) ? bare : passphrase;
    }
}
