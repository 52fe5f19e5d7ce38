using MmDrBot.Access;
using MmDrBot.Api;
using MmDrBot.Engine.Keeping;

namespace MmDrBot.Features.RestorePoints;

internal static class PinsApi
{
    internal static RouteGroupBuilder MapPins(this RouteGroupBuilder points)
    {
        points.MapPut("/{id}/pin", PinAsync).WithName("PinRestorePoint").WithSummary("Pins a restore point").WithDescription("It stays until the pin is taken away, whatever policies and people say. Pinning twice changes nothing.").Needs(Permission.PinRestorePoints).MayNotFind().MayConflict();
        points.MapDelete("/{id}/pin", UnpinAsync).WithName("UnpinRestorePoint").WithSummary("Takes a pin away").WithDescription("Its record stays in the repository.").Needs(Permission.PinRestorePoints).MayNotFind();
        points.MapPost("/{id}/holds", HoldAsync).WithName("HoldRestorePoint").WithSummary("Puts a restore point under legal hold").WithDescription("`reason` names the matter. There may be several holds, one for each matter.").Needs(Permission.PinRestorePoints).MayNotFind().MayConflict();
        points.MapPost("/{id}/holds/{hold}/release", ReleaseAsync).WithName("ReleaseHold").WithSummary("Ends a legal hold").WithDescription("It takes a reason and, by the settings, a second person. `hold` may be cut to its first digits, at least four.").Needs(Permission.ReleaseHolds).MayNotFind();
        return points;
    }

    private static async Task<PinsView> PinAsync(string id, PinBody? body, HttpContext context, PinRestorePoint pins) =>
        await pins.AddAsync(id, PinKind.Pin, body?.Reason, context.Actor(), context.RequestAborted);

    private static async Task<PinsView> UnpinAsync(string id, HttpContext context, PinRestorePoint pins) =>
        await pins.UnpinAsync(id, context.Actor(), context.RequestAborted);

    private static async Task<PinsView> HoldAsync(string id, PinBody? body, HttpContext context, PinRestorePoint pins) =>
        await pins.AddAsync(id, PinKind.Hold, body?.Reason, context.Actor(), context.RequestAborted);

    private static async Task<PinsView> ReleaseAsync(string id, string hold, PinBody? body, HttpContext context, PinRestorePoint pins) =>
        await pins.ReleaseAsync(id, hold, body?.Reason, context.Actor(), context.RequestAborted);

    /// <summary>Why.</summary>
    /// <param name="Reason">One line of at most 200 characters.</param>
    internal sealed record PinBody(string? Reason);
}
