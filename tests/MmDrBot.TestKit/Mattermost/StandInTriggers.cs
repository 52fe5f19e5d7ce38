using System.Security.Cryptography;
using System.Text;
using MmDrBot.Mattermost;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>Trigger ids: base64 of id, user, milliseconds and a signature. They open dialogs for three seconds, as often as one likes.</summary>
internal static class StandInTriggers
{
    public static string Sign(StandInState state, string id, string userId)
    {
        var signature = Convert.ToBase64String(RandomNumberGenerator.GetBytes(70));
        var trigger = Convert.ToBase64String(Encoding.ASCII.GetBytes($"{id}:{userId}:{state.Now}:{signature}"));
        state.Triggers[trigger] = userId;

        return trigger;
    }

    /// <summary>Whose trigger it is, and the id in it, which the client got.</summary>
    public static (string UserId, string Id) Open(StandInState state, string trigger)
    {
        var bytes = new byte[trigger.Length];

        if (!Convert.TryFromBase64String(trigger, bytes, out var length))
            throw Error("base64_decode_failed", "Failed to decode base64 for trigger ID for interactive dialog.");

        var parts = Encoding.ASCII.GetString(bytes, 0, length).Split(':');

        if (parts.Length != 4)
            throw Error("missing_data", "Trigger ID missing required data for interactive dialog.");

        if (!long.TryParse(parts[2], out var at) || state.Now - at > MattermostLimits.TriggerLifetime.TotalMilliseconds)
            throw Error("expired", "Trigger ID for interactive dialog is expired. Trigger IDs live for a maximum of 3 seconds.");

        return state.Triggers.TryGetValue(trigger, out var userId) ? (userId, parts[0]) : throw Error("verify_signature_failed", "Signature verification failed of trigger ID for interactive dialog.");
    }

    private static StandInError Error(string id, string message) => new(400, $"interactive_message.decode_trigger_id.{id}", message);
}
