using MmDrBot.Protection;

namespace MmDrBot.Features.AuditTrail;

/// <summary>Whether the trail is what was written.</summary>
/// <param name="Good">Chain and anchors fit.</param>
/// <param name="BrokenAt">The first entry that does not fit, or null.</param>
/// <param name="Anchors">How it compares with the heads that were anchored in the repository.</param>
internal sealed record TrailVerification(bool Good, long? BrokenAt, AnchorCheck Anchors);
