namespace MmDrBot.Features.Restores;

/// <summary>Hands the addresses of target databases, secrets, from the command to the job in the same process.</summary>
internal sealed class RestoreTargets
{
    internal string? DatabaseUrl { get; set; }

    internal string? ConfigUrl { get; set; }
}
