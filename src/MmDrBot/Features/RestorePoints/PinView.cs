using MmDrBot.Access;
using MmDrBot.Engine.Keeping;

namespace MmDrBot.Features.RestorePoints;

/// <summary>Pins or holds of one restore point, those that a call made or ended.</summary>
/// <param name="RestorePoint">64 hex digits.</param>
/// <param name="Pins">What was made or ended.</param>
internal sealed record PinsView(string RestorePoint, IReadOnlyList<PinView> Pins)
{
    internal static PinsView Of(IReadOnlyList<Pin> pins) => new(pins[0].RestorePoint.ToString(), [.. pins.Select(PinView.Of)]);
}

/// <summary>Why a restore point is not to be removed.</summary>
internal sealed record PinView
{
    /// <summary>64 hex digits.</summary>
    public required string Id { get; init; }

    /// <summary>`pin`, or `hold` for a legal hold.</summary>
    public required string Kind { get; init; }

    public required string By { get; init; }

    public DateTimeOffset At { get; init; }

    public string? Reason { get; init; }

    internal static PinView Of(Pin pin) => new() { Id = pin.Id.ToString(), Kind = EnumText.Of(pin.Kind), By = pin.By, At = pin.At, Reason = pin.Reason };

    internal static ILookup<string, PinView> Lookup(IEnumerable<Pin> pins) => pins.ToLookup(pin => pin.RestorePoint.ToString(), Of);
}
