using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MmDrBot.Engine.Restore;
using MmDrBot.Jobs;

namespace MmDrBot.Features.Restores;

/// <summary>What a restore would do, and why it would be refused.</summary>
/// <param name="RestorePoint">Its whole id.</param>
/// <param name="Steps">One for each target.</param>
/// <param name="Refusals">Why it would be refused.</param>
internal sealed record PlannedRestore(string RestorePoint, IReadOnlyList<RestoreStep> Steps, IReadOnlyList<string> Refusals)
{
    /// <summary>When the restore point was taken: whatever is younger will be gone from what is written over.</summary>
    public DateTimeOffset TakenAt { get; init; }

    /// <summary>Whether it writes over what the protected Mattermost lives on.</summary>
    public bool OverServer { get; init; }

    /// <summary>What one should know before.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>
    /// What a confirmation is bound to. A server at work grows from minute to minute, so of what is dropped there only that it is dropped
    /// counts; elsewhere every word of it does.
    /// </summary>
    internal string Fingerprint()
    {
        var whole = new { RestorePoint, OverServer, Refusals, steps = Steps.Select(step => new { step.Component, step.Target, step.Bytes, step.Items, drops = OverServer ? step.Drops is null ? null : "" : step.Drops }) };
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(whole, JobLauncher.Json))));
    }
}
