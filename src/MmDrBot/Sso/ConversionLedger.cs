using System.Text.Json.Nodes;
using MmDrBot.Access;
using MmDrBot.Engine.Repositories;
using MmDrBot.Protection;

namespace MmDrBot.Sso;

/// <summary>The conversions as the repository keeps them: readable with its key alone when our own state is lost.</summary>
internal sealed class ConversionLedger(RepositoryProvider repositories, TimeProvider time)
{
    /// <returns>The ledger object's id.</returns>
    /// <exception cref="Refusal">It could not be written; then nothing may be changed.</exception>
    internal async Task<string> WriteBindingsAsync(Actor actor, Outage outage, IReadOnlyList<LedgerBinding> bindings, CancellationToken cancellationToken) =>
        await WriteAsync(
            new LedgerRecord
            {
                At = time.GetUtcNow(),
                Actor = actor.Name,
                Outage = Of(outage),
                Bindings = bindings,
            },
            cancellationToken);

    internal async Task WriteEndsAsync(Actor actor, IEnumerable<(Conversion Conversion, ConversionState End, string? Reason)> ends, CancellationToken cancellationToken)
    {
        var records = ends.Select(end => new LedgerEnd(end.Conversion.Id, end.Conversion.UserId, EnumText.Of(end.End), end.Reason)).ToArray();
        if (records.Length > 0)
        {
            await WriteAsync(new LedgerRecord { At = time.GetUtcNow(), Actor = actor.Name, Ends = records }, cancellationToken);
        }
    }

    /// <summary>What was changed in Mattermost's configuration for an outage, before it is; or that nothing is to be put back any more.</summary>
    /// <exception cref="Refusal">It could not be written; then nothing may be changed.</exception>
    internal Task WriteSettingsAsync(Actor actor, Outage outage, string? beforeJson, CancellationToken cancellationToken) =>
        WriteAsync(new LedgerRecord { At = time.GetUtcNow(), Actor = actor.Name, Outage = Of(outage), Settings = new LedgerSettings(outage.Id, beforeJson is null ? null : JsonNode.Parse(beforeJson)) }, cancellationToken);

    /// <summary>Bindings that no record ends, oldest first.</summary>
    /// <param name="repository">The repository to read.</param>
    /// <param name="onDamage">Gets a sentence for each record that could not be read; what it held is then not known.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    internal static async Task<IReadOnlyList<OpenBinding>> ReadOpenAsync(Repository repository, Action<string> onDamage, CancellationToken cancellationToken) =>
        (await ReadAsync(repository, onDamage, cancellationToken)).Bindings;

    /// <summary>All that no record ends, oldest first.</summary>
    /// <param name="repository">The repository to read.</param>
    /// <param name="onDamage">Gets a sentence for each record that could not be read; what it held is then not known.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    internal static async Task<OpenLedger> ReadAsync(Repository repository, Action<string> onDamage, CancellationToken cancellationToken)
    {
        var records = await EngineRefusals.TranslateAsync(() => RepositoryRecords.ReadAllAsync<LedgerRecord>(repository, RecordKind.Ledger, damage => onDamage(damage.Message), cancellationToken));
        if (records.FirstOrDefault(record => record.Content.Version > LedgerRecord.CurrentVersion) is { Content: not null } newer)
        {
            throw new Refusal(RefusalReason.Unavailable, $"A ledger object has version {newer.Content.Version}; this program reads up to {LedgerRecord.CurrentVersion}.", "Use a newer mmdr.");
        }

        var inOrder = records.OrderBy(record => record.Content.At).ToArray();
        var ended = inOrder.SelectMany(record => record.Content.Ends).Select(end => end.ConversionId).ToHashSet();
        var bindings = from record in inOrder
                       where record.Content.Outage is not null
                       from binding in record.Content.Bindings
                       where !ended.Contains(binding.ConversionId)
                       select new OpenBinding(record.Id.ToString(), record.Content, binding);
        var settings = inOrder.Where(record => record.Content is { Settings: not null, Outage: not null }).GroupBy(record => record.Content.Settings!.OutageId).Select(group => group.Last().Content);
        return new OpenLedger([.. bindings], [.. settings.Where(record => record.Settings!.Before is not null)]);
    }

    private static LedgerOutage Of(Outage outage) => new(outage.Id, outage.Service, outage.Ticket, outage.Reason, outage.MailDepends, outage.OpenedBy, outage.OpenedAt);

    private async Task<string> WriteAsync(LedgerRecord record, CancellationToken cancellationToken)
    {
        var repository = await repositories.OpenAsync(cancellationToken);
        return (await EngineRefusals.TranslateAsync(() => RepositoryRecords.WriteAsync(repository, RecordKind.Ledger, record, cancellationToken))).ToString();
    }
}

/// <summary>A binding that no record ends, with the object that holds it.</summary>
internal sealed record OpenBinding(string LedgerId, LedgerRecord Record, LedgerBinding Binding);

/// <summary>What the ledger holds open.</summary>
/// <param name="Bindings">Of accounts that are to be brought back.</param>
/// <param name="Settings">Records of changed settings that are to be put back, one an outage.</param>
internal sealed record OpenLedger(IReadOnlyList<OpenBinding> Bindings, IReadOnlyList<LedgerRecord> Settings);
