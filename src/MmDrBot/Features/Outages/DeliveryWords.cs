using MmDrBot.Sso;

namespace MmDrBot.Features.Outages;

/// <summary>The ways of delivery as people write them: reset-email, one-time-link, temporary-password.</summary>
internal static class DeliveryWords
{
    internal static bool TryParse(string text, out Delivery delivery) =>
        Enum.TryParse(text.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out delivery) && Enum.IsDefined(delivery) && !char.IsAsciiDigit(text[0]);
}
