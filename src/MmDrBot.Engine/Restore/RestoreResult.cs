namespace MmDrBot.Engine.Restore;

/// <summary>What a restore did.</summary>
/// <param name="Tables">Tables filled.</param>
/// <param name="Rows">Rows written.</param>
/// <param name="Files">Files written or found in place after an interrupted restore.</param>
/// <param name="Bytes">Bytes written.</param>
/// <param name="Notes">What a person should look at, such as roles that do not exist here.</param>
public sealed record RestoreResult(int Tables, long Rows, long Files, long Bytes, IReadOnlyList<string> Notes);
