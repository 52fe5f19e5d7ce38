using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Verification;

namespace MmDrBot.Engine.Keeping;

/// <summary>Whether one restore point stays, and why.</summary>
/// <param name="Point">The restore point.</param>
/// <param name="Trust">How far it is proven good.</param>
/// <param name="Keep">Whether it stays.</param>
/// <param name="Reasons">Why: each is enough to keep it, or all together let it go.</param>
public sealed record RetentionDecision(RestorePoint Point, Trust Trust, bool Keep, IReadOnlyList<string> Reasons);
