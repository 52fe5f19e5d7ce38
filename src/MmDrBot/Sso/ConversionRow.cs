using MmDrBot.Access;

namespace MmDrBot.Sso;

/// <summary>A row of conversions as the database holds it.</summary>
internal sealed class ConversionRow
{
    public string Id { get; init; } = "";

    public string OutageId { get; init; } = "";

    public string UserId { get; init; } = "";

    public string Username { get; init; } = "";

    public string Email { get; init; } = "";

    public string AuthService { get; init; } = "";

    public string AuthData { get; init; } = "";

    public long MfaActive { get; init; }

    public string Roles { get; init; } = "";

    public long DeleteAt { get; init; }

    public string State { get; init; } = "";

    public string Ticket { get; init; } = "";

    public string Reason { get; init; } = "";

    public string Delivery { get; init; } = "";

    public string LedgerId { get; init; } = "";

    public string RequestedBy { get; init; } = "";

    public long CreatedAt { get; init; }

    public long? ConvertedAt { get; init; }

    public long? DeliveredAt { get; init; }

    public long? ExpiresAt { get; init; }

    public long? EndedAt { get; init; }

    public string? EndedBy { get; init; }

    public string? Problem { get; init; }

    public long HalfBack { get; init; }

    public string? ExpiryTold { get; init; }

    internal Conversion ToConversion() => new()
    {
        Id = Id,
        OutageId = OutageId,
        UserId = UserId,
        Username = Username,
        Email = Email,
        AuthService = AuthService,
        AuthData = AuthData,
        MfaActive = MfaActive != 0,
        Roles = Roles,
        DeleteAt = DeleteAt,
        State = EnumText.Parse<ConversionState>(State),
        Ticket = Ticket,
        Reason = Reason,
        Delivery = EnumText.Parse<Delivery>(Delivery),
        LedgerId = LedgerId,
        RequestedBy = RequestedBy,
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
        ConvertedAt = Time(ConvertedAt),
        DeliveredAt = Time(DeliveredAt),
        ExpiresAt = Time(ExpiresAt),
        EndedAt = Time(EndedAt),
        EndedBy = EndedBy,
        Problem = Problem,
        IsHalfBack = HalfBack != 0,
        ExpiryTold = ExpiryTold,
    };

    private static DateTimeOffset? Time(long? milliseconds) => milliseconds is { } value ? DateTimeOffset.FromUnixTimeMilliseconds(value) : null;
}
