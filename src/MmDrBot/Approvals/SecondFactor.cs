namespace MmDrBot.Approvals;

/// <summary>A person's enrolled authenticator, without its secret.</summary>
internal sealed record SecondFactor(string Username, DateTimeOffset CreatedAt, string CreatedBy, bool IsLocked);
