using System.Collections.Concurrent;
using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Settings;

namespace MmDrBot.Sso;

/// <summary>
/// Brings accounts back to their sign-in service. A conversion ends when the database shows the ledger's pair and no password, the ledger
/// says so and the row does; until then it stays open with the reason.
/// </summary>
internal sealed class AccountReverter(BindingRestorer restorer, ConversionLedger ledger, ConversionStore conversions, StateDatabase state, AuditLog audit, SsoOptions options, TimeProvider time)
{
    private const int Batch = 100;

    /// <param name="wanted">Open conversions that are converted, or whose way back was interrupted.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="progress">Gets the number that is done.</param>
    /// <param name="cancellationToken">Those that were begun are finished.</param>
    internal async Task<IReadOnlyList<RevertResult>> RevertAsync(IReadOnlyList<Conversion> wanted, Actor actor, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        if (wanted.Count == 0)
        {
            return [];
        }

        await using var rows = new OwnedRows(conversions, TimeSpan.Zero, time);
        var results = new List<RevertResult>();
        foreach (var batch in wanted.Chunk(Batch))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var taken = await TakeAsync(batch, actor, rows.Owner, cancellationToken);
            results.AddRange(batch.Except(taken).Select(conversion => new RevertResult(conversion, RevertOutcome.Busy, $"@{conversion.Username} is being worked on by another call.")));
            results.AddRange(await RevertBatchAsync(taken, actor));
            progress?.Report(results.Count);
        }

        return results;
    }

    private Task<IReadOnlyList<Conversion>> TakeAsync(IReadOnlyList<Conversion> batch, Actor actor, WorkOwner owner, CancellationToken cancellationToken) => state.InTransactionAsync(
        async (transaction, token) =>
        {
            var taken = new List<Conversion>();
            await ConversionStore.LockAsync(transaction, batch.Select(conversion => conversion.Id), token);
            foreach (var conversion in batch)
            {
                if (await conversions.TakeForRevertAsync(transaction, conversion, owner, token))
                {
                    taken.Add(conversion);
                }
            }

            await audit.AppendAsync(transaction, [.. taken.Select(conversion => Entry(actor, conversion, "revert_requested", AuditOutcome.Started, null))], token);
            return (IReadOnlyList<Conversion>)taken;
        },
        cancellationToken);

    private async Task<IReadOnlyList<RevertResult>> RevertBatchAsync(IReadOnlyList<Conversion> taken, Actor actor)
    {
        var results = new ConcurrentDictionary<string, RevertResult>();
        await Parallel.ForEachAsync(taken, new ParallelOptions { MaxDegreeOfParallelism = options.Concurrency }, async (conversion, _) =>
            results[conversion.Id] = await restorer.RestoreAsync(conversion, CancellationToken.None));

        var all = taken.Select(conversion => results[conversion.Id]).ToArray();
        await ledger.WriteEndsAsync(actor, all.Where(result => result.IsBack).Select(result => (result.Conversion, EndOf(result), (string?)null)), CancellationToken.None);
        await state.InTransactionAsync((transaction, token) => RecordAsync(transaction, all, actor, token), CancellationToken.None);
        return all;
    }

    private async Task RecordAsync(StateTransaction transaction, IReadOnlyList<RevertResult> results, Actor actor, CancellationToken cancellationToken)
    {
        await ConversionStore.LockAsync(transaction, results.Select(result => result.Conversion.Id), cancellationToken);
        foreach (var result in results)
        {
            if (result.IsBack)
            {
                await conversions.EndAsync(transaction, result.Conversion.Id, ConversionState.Reverting, EndOf(result), actor.Name, time.GetUtcNow(), null, cancellationToken);
            }
            else
            {
                await conversions.MoveAsync(transaction, result.Conversion.Id, ConversionState.Reverting, ConversionState.Converted, result.Message, null, cancellationToken);
                await conversions.StoppedAsync(transaction, result.Conversion.Id, result.IsHalfBack, cancellationToken);
            }
        }

        await audit.AppendAsync(
            transaction,
            [.. results.Select(result => Entry(actor, result.Conversion, result.IsBack ? "reverted" : "revert_failed", result.IsBack ? AuditOutcome.Succeeded : AuditOutcome.Failed, result.IsBack ? null : result.Message))],
            cancellationToken);
    }

    private static ConversionState EndOf(RevertResult result) => result.Outcome is RevertOutcome.AlreadyBack ? ConversionState.AlreadyBack : ConversionState.Reverted;

    private AuditEntry Entry(Actor actor, Conversion conversion, string what, AuditOutcome outcome, string? problem) =>
        AuditEntry.By(actor, time.GetUtcNow(), $"account.{what}", conversion.Username, outcome) with { DetailJson = SsoAudit.Detail(conversion, problem) };
}
