using System.Text.Json.Serialization;

namespace MmDrBot.Mattermost;

/// <summary>A password to set. Prints without it.</summary>
/// <param name="Password">Within the server's policy; at most 64 bytes are safe on every release.</param>
public sealed record NewPassword([property: JsonPropertyName("new_password")] string Password)
{
    /// <inheritdoc/>
    public override string ToString() => "NewPassword ***";
}
