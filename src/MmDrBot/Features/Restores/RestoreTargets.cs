namespace MmDrBot.Features.Restores;

/// <summary>Hands the target database's address, a secret, from the command to the job in the same process.</summary>
internal sealed class RestoreTargets
{
    internal string? DatabaseUrl { get; set; }
}
