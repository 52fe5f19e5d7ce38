using System.Collections.Concurrent;
using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Jobs;

namespace MmDrBot.Sso;

/// <summary>
/// Converts accounts: the ledger first, then the rows with their audit entries, then Mattermost, then the database's word for what is
/// true. Whatever is interrupted between is finished or undone by <see cref="AbandonedWork"/>.
/// </summary>
internal sealed class AccountConverter(
    ConversionPlanner planner, ConversionLedger ledger, ConversionStore conversions, StateDatabase state, AuditLog audit, PasswordSetter passwords, AccessDelivery delivery, SsoOptions options, TimeProvider time)
{
    private const int Batch = 100;

    internal async Task<IReadOnlyList<ConversionResult>> ConvertAsync(ConvertOrder order, Actor actor, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        delivery.RequirePossible(order, actor);
        var plan = await planner.PlanAsync(order, actor, cancellationToken);
        var owner = WorkOwner.New();
        var planned = new List<PlannedConversion>();
        foreach (var group in plan.Accepted.GroupBy(item => item.Outage.Id))
        {
            planned.AddRange(await CommitAsync(group.First().Outage, [.. group], order, actor, owner, plan.Results, cancellationToken));
        }

        foreach (var batch in planned.Chunk(Batch))
        {
            await conversions.RenewAsync(owner, CancellationToken.None);
            plan.Results.AddRange(await ConvertBatchAsync(batch, order, actor, owner, cancellationToken));
            progress?.Report(plan.Results.Count);
        }

        return InOrder(order, plan.Results);
    }

    /// <summary>The bindings become one ledger object, then rows and audit entries in one transaction. Should either fail, nothing has been changed.</summary>
    private async Task<IReadOnlyList<PlannedConversion>> CommitAsync(Outage outage, IReadOnlyList<PlannedAccount> accepted, ConvertOrder order, Actor actor, WorkOwner owner, List<ConversionResult> results, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var drafts = accepted.Select(item => new PlannedConversion(item.Wanted, Draft(item, outage, order, actor, now))).ToArray();
        var ledgerId = await ledger.WriteBindingsAsync(actor, outage, [.. drafts.Zip(accepted, (draft, item) => LedgerBindings.Of(draft.Conversion, item.Account.DeleteAt))], cancellationToken);
        var lost = new List<PlannedConversion>();
        await state.InTransactionAsync(
            async (transaction, token) =>
            {
                lost.Clear();
                await OutageStore.RequireOpenAsync(transaction, outage, token);
                foreach (var draft in drafts)
                {
                    if (!await conversions.TryInsertAsync(transaction, draft.Conversion with { LedgerId = ledgerId }, owner, token))
                    {
                        lost.Add(draft);
                    }
                }

                foreach (var draft in drafts.Except(lost))
                {
                    await audit.AppendAsync(transaction, Entry(actor, draft.Conversion, "conversion_requested", AuditOutcome.Started, null), token);
                }
            },
            cancellationToken);

        // Somebody else was faster with these: our ledger entry must not outlive theirs.
        await ledger.WriteEndsAsync(actor, lost.Select(draft => (draft.Conversion, ConversionState.RolledBack, (string?)"converted by another call")), CancellationToken.None);
        results.AddRange(lost.Select(draft => ConversionPlanner.Already(draft.Wanted, draft.Conversion) with { ConversionId = null, Message = $"@{draft.Conversion.Username} is being converted by another call at this moment." }));
        return [.. drafts.Except(lost).Select(draft => draft with { Conversion = draft.Conversion with { LedgerId = ledgerId } })];
    }

    private async Task<IReadOnlyList<ConversionResult>> ConvertBatchAsync(IReadOnlyList<PlannedConversion> batch, ConvertOrder order, Actor actor, WorkOwner owner, CancellationToken cancellationToken)
    {
        var sets = new ConcurrentDictionary<string, PasswordSet>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Concurrency };
        await Parallel.ForEachAsync(batch, parallel, async (item, _) =>
            sets[item.Conversion.Id] = cancellationToken.IsCancellationRequested ? PasswordSet.NotSent : await passwords.SetAsync(item.Conversion.UserId, CancellationToken.None));
        await RecordAsync(batch, sets, order, actor, owner);

        var handed = new ConcurrentDictionary<Conversion, Handover>();
        await Parallel.ForEachAsync(batch.Where(item => sets[item.Conversion.Id].IsSet), parallel, async (item, _) =>
            handed[item.Conversion] = order.HandsOverSecrets || item.Conversion.Delivery is Delivery.ResetEmail
                ? await delivery.DeliverAsync(item.Conversion, sets[item.Conversion.Id].Password!, CancellationToken.None)
                : Handover.Later(item.Conversion));
        await delivery.RecordAsync(handed, actor, CancellationToken.None);
        return [.. batch.Select(item => ConversionAnswers.Of(item, sets[item.Conversion.Id], handed.GetValueOrDefault(item.Conversion), order, time.GetUtcNow()))];
    }

    /// <summary>What became of each account; those where nothing was changed leave the ledger first.</summary>
    private async Task RecordAsync(IReadOnlyList<PlannedConversion> batch, IReadOnlyDictionary<string, PasswordSet> sets, ConvertOrder order, Actor actor, WorkOwner owner)
    {
        var undone = batch.Where(item => sets[item.Conversion.Id].IsUnchanged).ToArray();
        await ledger.WriteEndsAsync(actor, undone.Select(item => (item.Conversion, ConversionState.RolledBack, sets[item.Conversion.Id].Problem)), CancellationToken.None);
        var now = time.GetUtcNow();
        await state.InTransactionAsync(
            async (transaction, token) =>
            {
                foreach (var item in batch)
                {
                    var set = sets[item.Conversion.Id];
                    if (set.IsSet)
                    {
                        await conversions.ConvertedAsync(transaction, item.Conversion.Id, now, now + order.For, token);
                        await conversions.MoveAsync(transaction, item.Conversion.Id, ConversionState.Planned, ConversionState.Converted, null, null, token);
                    }
                    else if (set.IsUnchanged)
                    {
                        await conversions.EndAsync(transaction, item.Conversion.Id, ConversionState.Planned, ConversionState.RolledBack, actor.Name, now, set.Problem, token);
                    }
                    else
                    {
                        await conversions.MoveAsync(transaction, item.Conversion.Id, ConversionState.Planned, ConversionState.Planned, set.Problem, owner, token);
                    }
                }

                foreach (var item in batch)
                {
                    var set = sets[item.Conversion.Id];
                    var (action, outcome) = set.IsSet ? ("converted", AuditOutcome.Succeeded) : set.IsUnchanged ? ("conversion_rolled_back", AuditOutcome.Failed) : ("conversion_unknown", AuditOutcome.Failed);
                    await audit.AppendAsync(transaction, Entry(actor, item.Conversion, action, outcome, set.Problem), token);
                }
            },
            CancellationToken.None);
    }

    private static Conversion Draft(PlannedAccount item, Outage outage, ConvertOrder order, Actor actor, DateTimeOffset now) => new()
    {
        Id = JobId.New(now),
        OutageId = outage.Id,
        UserId = item.Account.Id,
        Username = item.Account.Username,
        Email = item.Account.Email,
        AuthService = item.Account.AuthService,
        AuthData = item.Account.AuthData!,
        MfaActive = item.Account.MfaActive,
        Roles = item.Account.Roles,
        State = ConversionState.Planned,
        Ticket = order.Ticket,
        Delivery = order.Delivery ?? (outage.MailDepends ? Delivery.OneTimeLink : Delivery.ResetEmail),
        LedgerId = "",
        RequestedBy = actor.Name,
        CreatedAt = now,
        ExpiresAt = now + order.For,
    };

    private AuditEntry Entry(Actor actor, Conversion conversion, string what, AuditOutcome outcome, string? problem) =>
        AuditEntry.By(actor, time.GetUtcNow(), $"account.{what}", conversion.Username, outcome) with { DetailJson = SsoAudit.Detail(conversion, problem) };

    private static IReadOnlyList<ConversionResult> InOrder(ConvertOrder order, IReadOnlyList<ConversionResult> results)
    {
        var places = order.Users.Select((name, place) => (name, place)).DistinctBy(item => item.name).ToDictionary(item => item.name, item => item.place);
        return [.. results.OrderBy(result => places[result.Wanted])];
    }
}

internal sealed record PlannedConversion(string Wanted, Conversion Conversion);
