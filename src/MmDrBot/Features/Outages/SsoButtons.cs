using MmDrBot.Access;
using MmDrBot.Interactions;

namespace MmDrBot.Features.Outages;

/// <summary>What one may do during an outage.</summary>
internal static class SsoButtons
{
    /// <summary>Opens the form, and changes nothing by itself.</summary>
    internal static Button Convert { get; } = new("Convert somebody", ["sso", "convert"], Permission.ConvertAccounts);

    internal static Button Status { get; } = new("Status", ["sso", "status"], Permission.ViewStatus);

    internal static Button Outlook(string service) => new("Who is affected", ["sso", "outlook", service], Permission.ViewStatus);

    /// <summary>Opens the form.</summary>
    internal static Button Open(string service) => new("Open outage", ["sso", "open", service], Permission.ManageOutages);

    /// <summary>Below everything that tells of an open outage.</summary>
    internal static IReadOnlyList<Button> Of(string service) =>
    [
        Status,
        Convert,
        new Button("Bring everybody back", ["sso", "revert", "--all", "--service", service], Permission.ConvertAccounts) { ChangesState = true },
        new Button("Close outage", ["sso", "close", service], Permission.ManageOutages) { ChangesState = true, IsDangerous = true },
    ];
}
