using MmDrBot.Access;

namespace MmDrBot.Verbs;

/// <summary>Reads a file that an option names.</summary>
internal static class NamedFile
{
    /// <exception cref="Refusal">Invalid: it can't be read.</exception>
    internal static async Task<string> ReadAsync(string option, string path, string hint, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllTextAsync(path, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new Refusal(RefusalReason.Invalid, $"{option}: {failure.Message}", hint, failure);
        }
    }
}
