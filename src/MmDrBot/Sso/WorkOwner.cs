using System.Security.Cryptography;
using System.Text.Json;
using MmDrBot.Access;
using MmDrBot.Jobs;

namespace MmDrBot.Sso;

/// <summary>One call that works on rows: its process, and a random word that tells it from the other calls of that process.</summary>
internal sealed record WorkOwner(string Text)
{
    internal static WorkOwner New() => new(JsonSerializer.Serialize(new Content(ProcessIdentity.Current, Base32.Encode(RandomNumberGenerator.GetBytes(10)))));

    /// <summary>Whether it is certain that the process is gone; a row without an owner has nobody.</summary>
    internal static bool IsDead(string? text) =>
        text is null || JsonSerializer.Deserialize<Content>(text) is not { } content || content.Process.IsProvenDead();

    private sealed record Content(ProcessIdentity Process, string Call);
}
