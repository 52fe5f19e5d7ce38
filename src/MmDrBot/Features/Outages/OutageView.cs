using System.Security.Cryptography;
using System.Text;
using MmDrBot.Access;
using MmDrBot.Sso;

namespace MmDrBot.Features.Outages;

/// <summary>An outage as REST shows it.</summary>
internal sealed record OutageView
{
    public required string Id { get; init; }

    public required string Service { get; init; }

    /// <summary>`open` or `closed`.</summary>
    public required string State { get; init; }

    public required string Ticket { get; init; }

    public required string Reason { get; init; }

    /// <summary>Whether mail depends on the provider, so that one-time links are the default.</summary>
    public bool MailDepends { get; init; }

    public required string OpenedBy { get; init; }

    public DateTimeOffset OpenedAt { get; init; }

    public string? ClosedBy { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    public string? CloseReason { get; init; }

    /// <summary>Accounts that are converted, or on the way there or back.</summary>
    public IReadOnlyList<ConversionView> Open { get; init; } = [];

    /// <summary>Changes with the outage and with who is converted, and how.</summary>
    internal string Version()
    {
        var open = Open.Select(one => $"{one.Id}:{one.State}:{one.Problem}").Order(StringComparer.Ordinal);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Id}|{State}|{ClosedAt:O}|{string.Join('|', open)}")))[..16];
    }

    internal static OutageView Of(Outage outage, IEnumerable<Conversion> open) => new()
    {
        Id = outage.Id,
        Service = outage.Service,
        State = outage.IsOpen ? "open" : "closed",
        Ticket = outage.Ticket,
        Reason = outage.Reason,
        MailDepends = outage.MailDepends,
        OpenedBy = outage.OpenedBy,
        OpenedAt = outage.OpenedAt,
        ClosedBy = outage.ClosedBy,
        ClosedAt = outage.ClosedAt,
        CloseReason = outage.CloseReason,
        Open = [.. open.Select(ConversionView.Of)],
    };
}

/// <summary>A conversion as REST shows it; the binding itself stays in the ledger.</summary>
internal sealed record ConversionView
{
    public required string Id { get; init; }

    public required string UserId { get; init; }

    public required string Username { get; init; }

    public required string Service { get; init; }

    /// <summary>`planned`, `converted`, `reverting`, `reverted`, `already_back`, `signed_off` or `rolled_back`.</summary>
    public required string State { get; init; }

    public required string Ticket { get; init; }

    /// <summary>`reset_email`, `one_time_link` or `temporary_password`.</summary>
    public required string Delivery { get; init; }

    public required string RequestedBy { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ConvertedAt { get; init; }

    public DateTimeOffset? DeliveredAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public string? EndedBy { get; init; }

    /// <summary>What Mattermost's database shows now, in reports: `password`, a service, or `gone`; null for an earlier conversion of the same account, and where it was not read.</summary>
    public string? SignsInWith { get; init; }

    /// <summary>Why it is still open, with the cure.</summary>
    public string? Problem { get; init; }

    internal static ConversionView Of(Conversion conversion) => new()
    {
        Id = conversion.Id,
        UserId = conversion.UserId,
        Username = conversion.Username,
        Service = conversion.AuthService,
        State = EnumText.Of(conversion.State),
        Ticket = conversion.Ticket,
        Delivery = EnumText.Of(conversion.Delivery),
        RequestedBy = conversion.RequestedBy,
        CreatedAt = conversion.CreatedAt,
        ConvertedAt = conversion.ConvertedAt,
        DeliveredAt = conversion.DeliveredAt,
        ExpiresAt = conversion.ExpiresAt,
        EndedAt = conversion.EndedAt,
        EndedBy = conversion.EndedBy,
        Problem = conversion.Problem,
    };
}
