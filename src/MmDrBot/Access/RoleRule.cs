namespace MmDrBot.Access;

/// <summary>Who has a role by the settings, e.g. `user:alice`.</summary>
internal sealed record RoleRule(Role Role, RoleSubject Subject, string Name)
{
    /// <summary>Null when the text names nobody.</summary>
    internal static RoleRule? Parse(Role role, string text)
    {
        var parts = text.StartsWith('@') ? ["user", text[1..]] : text.Split(':', 2);
        return parts is [var kind, { Length: > 0 } name] && Enum.TryParse<RoleSubject>(kind, ignoreCase: true, out var subject) && char.IsLetter(kind[0])
            ? new RoleRule(role, subject, name.Trim().ToLowerInvariant())
            : null;
    }
}
