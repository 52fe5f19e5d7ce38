using System.Globalization;

namespace MmDrBot.Mattermost;

/// <summary>A server's release, as the <c>X-Version-Id</c> header of every API answer begins with it.</summary>
public sealed record MattermostVersion(int Major, int Minor, int Patch) : IComparable<MattermostVersion>
{
    /// <summary>Reads the first three numbers of <c>5.37.0.5.37.0.&lt;hash&gt;.false</c>; null when there are none.</summary>
    public static MattermostVersion? Parse(string? versionId)
    {
        var parts = (versionId ?? "").Split('.');

        return parts.Length >= 3 && TryNumber(parts[0], out var major) && TryNumber(parts[1], out var minor) && TryNumber(parts[2], out var patch)
            ? new(major, minor, patch)
            : null;
    }

    /// <summary>Whether this is the given release or a newer one.</summary>
    public bool IsAtLeast(int major, int minor) => (Major, Minor).CompareTo((major, minor)) >= 0;

    /// <inheritdoc />
    public int CompareTo(MattermostVersion? other) =>
        other is null ? 1 : (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));

    /// <inheritdoc />
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}.{Patch}");

    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
