using System.Text.RegularExpressions;
using MmDrBot.Access;

namespace MmDrBot.Features.Restores;

/// <summary>What a request for a restore may say.</summary>
internal static partial class RestoreRules
{
    private const int LongestPath = 4096;

    internal static bool IsId(string? id) => id is { Length: > 0 and <= 64 } && id.All(char.IsAsciiLetterOrDigit);

    internal static bool IsPath(string? path) => path is null || (path.Length is > 0 and <= LongestPath && !path.Any(char.IsControl));

    /// <summary>A name begins with no dash: it is handed to a program.</summary>
    internal static bool IsOwner(string? owner) => owner is null || Owner().IsMatch(owner);

    /// <summary>The service's working directory says nothing to whoever asks from elsewhere.</summary>
    /// <exception cref="Refusal">Invalid.</exception>
    internal static void RequireAbsolute(StartRestoreRequest request, Actor actor)
    {
        if (actor.Door is not Door.Cli && new[] { request.Files, request.Config }.Any(path => path is not null && !FilesBucket.IsMeant(path) && !Path.IsPathRooted(path)))
        {
            throw new Refusal(RefusalReason.Invalid, "files and config name directories of the service's host.", "Begin them with a slash, such as /srv/restored/files.");
        }
    }

    /// <summary>What is typed in chat passes through Mattermost and its logs: no place for addresses with passwords, nor for paths of the host.</summary>
    /// <exception cref="Refusal">Invalid.</exception>
    internal static void RequireNamed(StartRestoreRequest request, RestoreAddresses addresses, Actor actor, IReadOnlyList<string> names)
    {
        if (actor.Door is Door.Chat && (request.To is null || !addresses.AreNone || request.Files is not null || request.Config is not null))
        {
            throw Unnamed(names);
        }
    }

    internal static Refusal Unnamed(IReadOnlyList<string> names) => new(
        RefusalReason.Invalid,
        $"In chat a restore goes to a target by its name, with --to; there are: {string.Join(", ", names)}.",
        "Targets are settings on the host (MMDR_Restore__Targets__NAME__DatabaseUrl, __Files, __Config). Was a password among what you typed? Then change it: it has passed through Mattermost.");

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}:[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}\z")]
    private static partial Regex Owner();
}
