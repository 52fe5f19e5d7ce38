namespace MmDrBot.Sso;

/// <summary>
/// A way back that stopped after the binding was set: caches or sessions could not be cleared. The row's problem says so, and tells it later from
/// an account that others have brought back.
/// </summary>
internal static class HalfwayBack
{
    internal static string Problem(Conversion conversion, string why) =>
        $"{Begin(conversion)} ({why}), so the password may still work for a while. It stays open; revert again.";

    internal static bool Is(Conversion conversion) => conversion.Problem?.StartsWith(Begin(conversion), StringComparison.Ordinal) is true;

    private static string Begin(Conversion conversion) => $"@{conversion.Username} is bound to {conversion.AuthService} again, but caches or sessions could not be cleared";
}
