using System.Net;
using System.Text.Json.Nodes;
using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Mattermost;
using MmDrBot.Sso;

namespace MmDrBot.Features.Outages;

/// <summary>Turns sign-in by e-mail on for the time of an outage, having written down how it was, and puts it back.</summary>
internal sealed class SignInSettings(MattermostGate mattermost, ConversionLedger ledger, OutageStore outages, StateDatabase state, AuditLog audit, TimeProvider time)
{
    private const string Section = "EmailSettings";
    private const string Setting = "EnableSignInWithEmail";

    /// <summary>What is known to keep <see cref="EnableAsync"/> from working.</summary>
    /// <param name="config">Mattermost's configuration, as the API shows it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A sentence and the cure, or null.</returns>
    internal async Task<(string Why, string Cure)?> ObstacleAsync(JsonObject config, CancellationToken cancellationToken)
    {
        if (await IsOfEnvironmentAsync(cancellationToken))
        {
            return ($"{Section}.{Setting} is held by the environment variable MM_EMAILSETTINGS_ENABLESIGNINWITHEMAIL of Mattermost's process.", "Change it there and restart Mattermost; no API call gets past it.");
        }

        return IsOn(config, "ClusterSettings", "Enable") && IsOn(config, "ClusterSettings", "ReadOnlyConfig")
            ? ("Mattermost's configuration is read-only (ClusterSettings.ReadOnlyConfig), so no API call changes it.", $"Set {Section}.{Setting} in config.json on the nodes and reload it.")
            : null;
    }

    /// <exception cref="Refusal">Conflict: it is off, and can't be turned on by a call.</exception>
    internal async Task RequirePossibleAsync(CancellationToken cancellationToken)
    {
        var config = await CallAsync(mattermost.Api.GetConfigAsync(cancellationToken));
        if (!IsOn(config, Section, Setting) && await ObstacleAsync(config, cancellationToken) is var (why, cure))
        {
            throw new Refusal(RefusalReason.Conflict, $"Nothing was opened, since sign-in by e-mail can't be turned on: {why}", $"{cure} Or open without --enable-email-sign-in.");
        }
    }

    /// <exception cref="Refusal">Conflict: Mattermost did not take it.</exception>
    internal async Task<Outage> EnableAsync(Outage outage, Actor actor, CancellationToken cancellationToken)
    {
        if (await IsOnAsync(cancellationToken))
        {
            return outage;
        }

        var changed = outage with { ChangedSettingsJson = Patch(false).ToJsonString() };
        await ledger.WriteSettingsAsync(actor, outage, changed.ChangedSettingsJson, cancellationToken);
        await RecordAsync(outage, changed.ChangedSettingsJson, "outage.settings_changed", actor, cancellationToken);
        if (await TryTurnOnAsync(cancellationToken))
        {
            return changed;
        }

        await ledger.WriteSettingsAsync(actor, outage, null, cancellationToken);
        await RecordAsync(outage, null, "outage.settings_refused", actor, cancellationToken);
        throw new Refusal(RefusalReason.Conflict, $"Mattermost did not take {Section}.{Setting}: its configuration is read-only, or the bot's role may not change it.", "Give the bot the role system_admin, or change config.json and reload it.");
    }

    /// <returns>False when Mattermost refused and nothing was changed.</returns>
    private async Task<bool> TryTurnOnAsync(CancellationToken cancellationToken)
    {
        try
        {
            await mattermost.Api.PatchConfigAsync(Patch(true), cancellationToken);
        }
        catch (MattermostApiException refused) when (refused.StatusCode is HttpStatusCode.Forbidden)
        {
            return false;
        }
        catch (MattermostApiException failure)
        {
            throw MattermostGate.Unreachable(failure);
        }

        return await IsOnAsync(cancellationToken);
    }

    /// <summary>Leaves on what <see cref="EnableAsync"/> turned on, for those who stay converted.</summary>
    /// <param name="outage">As it was before it was closed.</param>
    /// <param name="actor">Who closed it.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>What there is to know about it, or null.</returns>
    internal async Task<string?> KeepAsync(Outage outage, Actor actor, CancellationToken cancellationToken) => outage.ChangedSettingsJson is null
        ? null
        : $"Sign-in by e-mail stays on, since those who were signed off need it. It was off before: {Section}.{Setting}." + await NoteAsync(outage, null, null, actor, cancellationToken);

    /// <summary>
    /// Puts back what <see cref="EnableAsync"/> changed, or leaves that to another outage that is open. As long as neither is done the
    /// closed outage has the settings, and this may be called again.
    /// </summary>
    internal async Task<SettingsReturn> RestoreAsync(Outage closed, Actor actor, CancellationToken cancellationToken)
    {
        if (closed.ChangedSettingsJson is not { } json)
        {
            return SettingsReturn.Nothing;
        }

        try
        {
            return (await outages.ListAsync(openOnly: true, 1, cancellationToken)).FirstOrDefault() is { } heir
                ? await HandOnAsync(closed, heir, json, actor, cancellationToken)
                : await PutBackAsync(closed, json, actor, cancellationToken);
        }
        catch (Refusal refusal)
        {
            return new SettingsReturn(false, $"{Section}.{Setting} could not be put back to false ({refusal.Message}). It is tried again by itself; or set it by hand.");
        }
    }

    private async Task<SettingsReturn> HandOnAsync(Outage closed, Outage heir, string json, Actor actor, CancellationToken cancellationToken)
    {
        await state.InTransactionAsync(
            async (transaction, token) =>
            {
                await OutageStore.RequireOpenAsync(transaction, heir, token);
                await OutageStore.TryAdoptSettingsAsync(transaction, heir.Id, json, token);
                await outages.SetChangedSettingsAsync(transaction, closed.Id, null, token);
                await audit.AppendAsync(transaction, AuditEntry.By(actor, time.GetUtcNow(), "outage.settings_handed_on", heir.Service, AuditOutcome.Succeeded) with { DetailJson = SsoTexts.Detail(heir, new { before = json }) }, token);
            },
            cancellationToken);
        return new SettingsReturn(true, $"Sign-in by e-mail stays on for the outage of {heir.Service}, and is put back when that is closed." + await NoteAsync(closed, heir, json, actor, cancellationToken));
    }

    private async Task<SettingsReturn> PutBackAsync(Outage closed, string json, Actor actor, CancellationToken cancellationToken)
    {
        await CallAsync(mattermost.Api.PatchConfigAsync((JsonObject)JsonNode.Parse(json)!, cancellationToken));
        if (await IsOnAsync(cancellationToken))
        {
            return new SettingsReturn(false, $"Mattermost did not take {Section}.{Setting} = false back. It is tried again by itself; or set it by hand.");
        }

        await RecordAsync(closed, null, "outage.settings_restored", actor, cancellationToken);
        return new SettingsReturn(true, await NoteAsync(closed, null, null, actor, cancellationToken) is { Length: > 0 } fault ? fault.Trim() : null);
    }

    /// <summary>Takes up again what a lost state knew, so that closing the outage puts the setting back.</summary>
    /// <returns>Whether there is something to put back that our books did not know of.</returns>
    internal async Task<bool> AdoptAsync(LedgerRecord found, Actor actor, CancellationToken cancellationToken)
    {
        var outage = found.Outage!.ToOutage();
        if (await IsBackAsync(cancellationToken))
        {
            await ledger.WriteSettingsAsync(actor, outage, null, cancellationToken);
            return false;
        }

        return await state.InTransactionAsync(
            async (transaction, token) =>
            {
                var (id, isReopened) = await outages.EnsureOpenAsync(transaction, outage, token);
                var isNews = await OutageStore.TryAdoptSettingsAsync(transaction, id, found.Settings!.Before!.ToJsonString(), token);
                if (isReopened)
                {
                    await audit.AppendAsync(transaction, SsoAudit.Reopened(actor, time.GetUtcNow(), outage), token);
                }

                if (isNews)
                {
                    await audit.AppendAsync(transaction, AuditEntry.By(actor, time.GetUtcNow(), "outage.settings_recovered", outage.Service, AuditOutcome.Succeeded) with { DetailJson = SsoTexts.Detail(outage, new { before = found.Settings.Before }) }, token);
                }

                return isNews;
            },
            cancellationToken);
    }

    /// <summary>Whether the setting is known to be as it was; a Mattermost that can't be asked is asked when the outage is closed.</summary>
    private async Task<bool> IsBackAsync(CancellationToken cancellationToken)
    {
        try
        {
            return !await IsOnAsync(cancellationToken);
        }
        catch (Refusal)
        {
            return false;
        }
    }

    /// <summary>What is done is done: a ledger that can't be told would only make a recovery look again.</summary>
    /// <returns>A sentence when it can't.</returns>
    private async Task<string> NoteAsync(Outage closed, Outage? heir, string? json, Actor actor, CancellationToken cancellationToken)
    {
        try
        {
            if (heir is not null)
            {
                await ledger.WriteSettingsAsync(actor, heir, json, cancellationToken);
            }

            await ledger.WriteSettingsAsync(actor, closed, null, cancellationToken);
            return "";
        }
        catch (Refusal refusal)
        {
            return $" The ledger could not be told of that ({refusal.Message}); a recovery would ask Mattermost again.";
        }
    }

    private async Task<bool> IsOnAsync(CancellationToken cancellationToken) =>
        IsOn(await CallAsync(mattermost.Api.GetConfigAsync(cancellationToken)), Section, Setting);

    private static bool IsOn(JsonObject config, string section, string name) => config[section]?[name]?.GetValueKind() is System.Text.Json.JsonValueKind.True;

    /// <summary>Where Mattermost does not tell, the attempt will.</summary>
    private async Task<bool> IsOfEnvironmentAsync(CancellationToken cancellationToken)
    {
        try
        {
            return IsOn(await mattermost.Api.GetEnvironmentConfigAsync(cancellationToken), Section, Setting);
        }
        catch (MattermostApiException)
        {
            return false;
        }
    }

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

/// <summary>What became of settings that were changed for an outage.</summary>
/// <param name="IsDone">Whether nothing is left to do for the outage that was closed.</param>
/// <param name="Note">What there is to know about it, or null.</param>
internal sealed record SettingsReturn(bool IsDone, string? Note)
{
    internal static SettingsReturn Nothing { get; } = new(true, null);
}
