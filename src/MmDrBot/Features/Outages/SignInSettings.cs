using System.Text.Json.Nodes;
using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Mattermost;
using MmDrBot.Sso;

namespace MmDrBot.Features.Outages;

/// <summary>Turns sign-in by e-mail on for the time of an outage, having written down how it was, and puts it back.</summary>
internal sealed class SignInSettings(MattermostGate mattermost, OutageStore outages, StateDatabase state, AuditLog audit, TimeProvider time)
{
    private const string Section = "EmailSettings";
    private const string Setting = "EnableSignInWithEmail";

    /// <exception cref="Refusal">Conflict: the environment or a read-only configuration holds the setting.</exception>
    internal async Task<Outage> EnableAsync(Outage outage, Actor actor, CancellationToken cancellationToken)
    {
        if (await IsOnAsync(cancellationToken))
        {
            return outage;
        }

        if ((await CallAsync(mattermost.Api.GetEnvironmentConfigAsync(cancellationToken)))[Section]?[Setting]?.GetValueKind() is System.Text.Json.JsonValueKind.True)
        {
            throw new Refusal(RefusalReason.Conflict, $"The outage is open, but {Section}.{Setting} is held by the environment variable MM_EMAILSETTINGS_ENABLESIGNINWITHEMAIL of Mattermost's process.", "Change it there and restart Mattermost; no API call gets past it.");
        }

        var changed = outage with { ChangedSettingsJson = Patch(false).ToJsonString() };
        await RecordAsync(outage, changed.ChangedSettingsJson, "outage.settings_changed", actor, cancellationToken);
        await CallAsync(mattermost.Api.PatchConfigAsync(Patch(true), cancellationToken));
        return await IsOnAsync(cancellationToken)
            ? changed
            : throw new Refusal(RefusalReason.Conflict, $"The outage is open, but Mattermost did not take {Section}.{Setting}: its configuration is read-only.", "In a cluster with ClusterSettings.ReadOnlyConfig, change config.json on the nodes and reload it.");
    }

    /// <summary>Puts back what <see cref="EnableAsync"/> changed, if it did.</summary>
    internal async Task RestoreAsync(Outage outage, Actor actor, CancellationToken cancellationToken)
    {
        if (outage.ChangedSettingsJson is { } json)
        {
            await CallAsync(mattermost.Api.PatchConfigAsync((JsonObject)JsonNode.Parse(json)!, cancellationToken));
            await RecordAsync(outage, null, "outage.settings_restored", actor, cancellationToken);
        }
    }

    private async Task<bool> IsOnAsync(CancellationToken cancellationToken) =>
        (await CallAsync(mattermost.Api.GetConfigAsync(cancellationToken)))[Section]?[Setting]?.GetValueKind() is System.Text.Json.JsonValueKind.True;

    private static JsonObject Patch(bool on) => new() { [Section] = new JsonObject { [Setting] = on } };

    private Task RecordAsync(Outage outage, string? before, string action, Actor actor, CancellationToken cancellationToken) => state.InTransactionAsync(
        async (transaction, token) =>
        {
            await outages.SetChangedSettingsAsync(transaction, outage.Id, before, token);
            await audit.AppendAsync(transaction, AuditEntry.By(actor, time.GetUtcNow(), action, outage.Service, AuditOutcome.Succeeded) with { DetailJson = SsoTexts.Detail(outage, new { before }) }, token);
        },
        cancellationToken);

    private static async Task<JsonObject> CallAsync(Task<JsonObject> call)
    {
        try
        {
            return await call;
        }
        catch (MattermostApiException failure)
        {
            throw MattermostGate.Unreachable(failure);
        }
    }
}
