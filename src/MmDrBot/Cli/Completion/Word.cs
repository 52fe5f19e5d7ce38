namespace MmDrBot.Cli.Completion;

/// <summary>A word that may stand at a place.</summary>
internal sealed record Word(string Text, string Description);
