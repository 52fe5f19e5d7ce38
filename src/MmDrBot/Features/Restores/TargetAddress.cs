using MmDrBot.Access;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Restores;

/// <summary>Reads what `--database` (or `--config`) says: an address, or `@` and a file that holds one. Never repeats it: it may hold a password.</summary>
internal static class TargetAddress
{
    private const string Hint = "An address is like postgres://user:password@host:5432/database?sslmode=disable; @FILE names a file that holds one.";

    internal static async Task<string?> ReadAsync(string option, string? given, CancellationToken cancellationToken) => given switch
    {
        null => null,
        ['@', .. var file] => Checked((await NamedFile.ReadAsync(option, file, Hint, cancellationToken)).Trim(), $"What {file} holds"),
        _ => Checked(given, $"What {option} says"),
    };

    /// <summary>What a body says: an address only, since a file of the host is nothing to have read from elsewhere.</summary>
    internal static string? OfBody(string name, string? given) => given is null ? null : Checked(given, $"What `{name}` says");

    /// <summary>Whether this is such an address rather than a directory.</summary>
    internal static bool IsMeant(string? given) => given is ['@', ..] || (given is not null && (given.StartsWith("postgres://", StringComparison.Ordinal) || given.StartsWith("postgresql://", StringComparison.Ordinal)));

    private static string Checked(string address, string what)
    {
        var isUri = address.StartsWith("postgres://", StringComparison.Ordinal) || address.StartsWith("postgresql://", StringComparison.Ordinal);
        var isPairs = address.Contains('=', StringComparison.Ordinal) && !address.Contains("://", StringComparison.Ordinal);
        return isUri || isPairs ? address : throw new Refusal(RefusalReason.Invalid, $"{what} is no address of a database.", Hint);
    }
}
