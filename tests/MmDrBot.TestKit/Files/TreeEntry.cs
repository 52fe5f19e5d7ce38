namespace MmDrBot.TestKit.Files;

/// <summary>
/// One line of a <see cref="TreeSnapshot"/>. <paramref name="Size"/> and <paramref name="Sha256"/> are of files only,
/// <paramref name="Target"/> of links only; a link's permissions mean nothing and are 0.
/// </summary>
public sealed record TreeEntry(
    string Path, string Type, int Permissions, uint UserId, uint GroupId, long Size, UnixTime Modified, string? Sha256, string? Target)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"{Path} {Type} {Convert.ToString(Permissions, 8)} {UserId}:{GroupId} size={Size} mtime={Modified} {Sha256}{Target}".TrimEnd();
}
