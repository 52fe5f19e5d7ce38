namespace MmDrBot.Sso;

/// <summary>From conversions to the ledger and back.</summary>
internal static class LedgerBindings
{
    internal static LedgerBinding Of(Conversion conversion) => new()
    {
        ConversionId = conversion.Id,
        UserId = conversion.UserId,
        Username = conversion.Username,
        Email = conversion.Email,
        AuthService = conversion.AuthService,
        AuthData = conversion.AuthData,
        MfaActive = conversion.MfaActive,
        Roles = conversion.Roles,
        DeleteAt = conversion.DeleteAt,
        Ticket = conversion.Ticket,
        ExpiresAt = conversion.ExpiresAt,
    };

    internal static Conversion ToConversion(OpenBinding open, ConversionState state) => new()
    {
        Id = open.Binding.ConversionId,
        OutageId = open.Record.Outage!.Id,
        UserId = open.Binding.UserId,
        Username = open.Binding.Username,
        Email = open.Binding.Email,
        AuthService = open.Binding.AuthService,
        AuthData = open.Binding.AuthData,
        MfaActive = open.Binding.MfaActive,
        Roles = open.Binding.Roles,
        DeleteAt = open.Binding.DeleteAt,
        State = state,
        Ticket = open.Binding.Ticket,
        Reason = open.Record.Outage.Reason,
        Delivery = Delivery.ResetEmail,
        LedgerId = open.LedgerId,
        RequestedBy = open.Record.Actor,
        CreatedAt = open.Record.At,
        ConvertedAt = open.Record.At,
        ExpiresAt = open.Binding.ExpiresAt,
    };
}
