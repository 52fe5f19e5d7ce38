using System.Collections.Concurrent;
using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Jobs;
using MmDrBot.Settings;

namespace MmDrBot.Sso;

/// <summary>
/// Converts accounts: the ledger first, then the rows with their audit entries, then Mattermost, then the database's word for what is
/// true. Whatever is interrupted between is finished or undone by <see cref="AbandonedWork"/>.
/// </summary>
internal sealed class AccountConverter(
    ConversionPlanner planner, ConversionLedger ledger, ConversionStore conversions, StateDatabase state, AuditLog audit, PasswordSetter passwords, AccessDelivery delivery, ConversionReopener reopener, SsoOptions options, TimeProvider time)
{
    private const int Batch = 100;

    internal async Task<IReadOnlyList<ConversionResult>> ConvertAsync(ConvertOrder order, Actor actor, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        delivery.RequirePossible(order.Delivery, actor);
        var plan = await planner.PlanAsync(order, cancellationToken);
        var groups = plan.Accepted.GroupBy(item => item.Outage.Id).ToArray();
        foreach (var group in groups)
        {
            delivery.RequirePossible(DeliveryOf(order, group.First().Outage), actor);
        }

        await using var rows = new OwnedRows(conversions, options.SettleTime, time);
        var planned = new List<PlannedConversion>();
        foreach (var group in groups)
        {
            planned.AddRange(await CommitAsync(group.First().Outage, [.. group], order, actor, rows.Owner, plan.Results, cancellationToken));
        }

        foreach (var batch in planned.Chunk(Batch))
        {
            plan.Results.AddRange(await ConvertBatchAsync(batch, order, actor, rows.Owner, cancellationToken));
            progress?.Report(plan.Results.Count);
        }

        return InOrder(order, plan.Results);
    }

    /// <summary>The bindings become one ledger object, then rows and audit entries in one transaction. Should either fail, nothing has been changed.</summary>
    private async Task<IReadOnlyList<PlannedConversion>> CommitAsync(Outage outage, IReadOnlyList<PlannedAccount> accepted, ConvertOrder order, Actor actor, WorkOwner owner, List<ConversionResult> results, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var drafts = accepted.Select(item => new PlannedConversion(item.Wanted, Draft(item, outage, order, actor, now), item.Notes)).ToArray();
        var ledgerId = await ledger.WriteBindingsAsync(actor, outage, [.. drafts.Select(draft => LedgerBindings.Of(draft.Conversion))], cancellationToken);
        var lost = new List<PlannedConversion>();
        try
        {
            await state.InTransactionAsync((transaction, token) => InsertAsync(transaction, outage, [.. drafts.Select(draft => draft with { Conversion = draft.Conversion with { LedgerId = ledgerId } })], lost, actor, owner, token), cancellationToken);
        }
        catch (Refusal closed) when (closed.Reason is RefusalReason.Conflict)
        {
            await ledger.WriteEndsAsync(actor, drafts.Select(draft => (draft.Conversion, ConversionState.RolledBack, (string?)"the outage was closed")), CancellationToken.None);
            throw;
        }

        lost = [.. drafts.Where(draft => lost.Any(one => one.Conversion.Id == draft.Conversion.Id))];

        // Somebody else was faster with these: our ledger entry must not outlive theirs.
        await ledger.WriteEndsAsync(actor, lost.Select(draft => (draft.Conversion, ConversionState.RolledBack, (string?)"converted by another call")), CancellationToken.None);
        results.AddRange(lost.Select(draft => ConversionPlanner.Busy(draft.Wanted, draft.Conversion)));
        return [.. drafts.Except(lost).Select(draft => draft with { Conversion = draft.Conversion with { LedgerId = ledgerId } })];
    }

    private async Task InsertAsync(StateTransaction transaction, Outage outage, IReadOnlyList<PlannedConversion> drafts, List<PlannedConversion> lost, Actor actor, WorkOwner owner, CancellationToken cancellationToken)
    {
        lost.Clear();
        await OutageStore.RequireOpenAsync(transaction, outage, cancellationToken);
        foreach (var draft in drafts)
        {
            if (!await conversions.TryInsertAsync(transaction, draft.Conversion, owner, cancellationToken))
            {
                lost.Add(draft);
            }
        }

        await audit.AppendAsync(transaction, [.. drafts.Except(lost).Select(draft => Entry(actor, draft.Conversion, "conversion_requested", AuditOutcome.Started, null))], cancellationToken);
    }

    private async Task<IReadOnlyList<ConversionResult>> ConvertBatchAsync(IReadOnlyList<PlannedConversion> batch, ConvertOrder order, Actor actor, WorkOwner owner, CancellationToken cancellationToken)
    {
        var sets = new ConcurrentDictionary<string, PasswordSet>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Concurrency };
        await Parallel.ForEachAsync(batch, parallel, async (item, _) =>
            sets[item.Conversion.Id] = cancellationToken.IsCancellationRequested ? PasswordSet.NotSent : await SetAsync(item.Conversion, owner));
        await RecordAsync(batch, sets, order, actor, owner);

        var handed = new ConcurrentDictionary<Conversion, Handover>();
        await Parallel.ForEachAsync(batch.Where(item => sets[item.Conversion.Id].IsConverted), parallel, async (item, _) =>
            handed[item.Conversion] = order.HandsOverSecrets || item.Conversion.Delivery is Delivery.ResetEmail
                ? await delivery.DeliverAsync(item.Conversion, sets[item.Conversion.Id].Password, CancellationToken.None)
                : Handover.Later(item.Conversion));
        await delivery.RecordAsync(handed, actor, CancellationToken.None);
        await conversions.FreeAsync([.. batch.Where(item => sets[item.Conversion.Id] is { IsConverted: true, MayBeLate: false }).Select(item => item.Conversion.Id)], owner, CancellationToken.None);
        return [.. batch.Select(item => ConversionAnswers.Of(item, sets[item.Conversion.Id], handed.GetValueOrDefault(item.Conversion), order, time.GetUtcNow()))];
    }

    private async Task<PasswordSet> SetAsync(Conversion conversion, WorkOwner owner)
    {
        try
        {
            return await conversions.IsOwnedAsync(conversion.Id, owner, CancellationToken.None)
                ? await passwords.SetAsync(conversion, CancellationToken.None)
                : PasswordSet.Unknown("This call was silent for so long that another one looks after the account.");
        }
        catch (Refusal unavailable)
        {
            return PasswordSet.Unknown($"{unavailable.Message} The account is looked at again by itself.") with { MayBeLate = true };
        }
    }

    /// <summary>What became of each account; those where nothing was changed leave the ledger first.</summary>
    private async Task RecordAsync(IReadOnlyList<PlannedConversion> batch, ConcurrentDictionary<string, PasswordSet> sets, ConvertOrder order, Actor actor, WorkOwner owner)
    {
        var undone = batch.Where(item => sets[item.Conversion.Id].State is PasswordState.Unchanged).ToArray();
        try
        {
            await ledger.WriteEndsAsync(actor, undone.Select(item => (item.Conversion, ConversionState.RolledBack, sets[item.Conversion.Id].Problem)), CancellationToken.None);
        }
        catch (Refusal unavailable)
        {
            // Their rows stay, and are rolled back once the ledger can be written.
            foreach (var item in undone)
            {
                sets[item.Conversion.Id] = PasswordSet.Unknown($"{sets[item.Conversion.Id].Problem} ({unavailable.Message})");
            }
        }

        var strayed = new List<Conversion>();
        await state.InTransactionAsync(
            async (transaction, token) =>
            {
                strayed.Clear();
                await ConversionStore.LockAsync(transaction, batch.Select(item => item.Conversion.Id), token);
                foreach (var item in batch)
                {
                    if (!await MoveAsync(transaction, item.Conversion, sets[item.Conversion.Id], order, actor, owner, token) && sets[item.Conversion.Id].IsConverted)
                    {
                        strayed.Add(item.Conversion);
                    }
                }

                await audit.AppendAsync(transaction, [.. batch.Select(item => Entry(actor, item.Conversion, sets[item.Conversion.Id]))], token);
            },
            CancellationToken.None);
        await reopener.ReopenAsync(strayed, "It was converted by a call that others had given up.", actor, CancellationToken.None);
    }

    /// <returns>Whether the row was still this call's.</returns>
    private async Task<bool> MoveAsync(StateTransaction transaction, Conversion conversion, PasswordSet set, ConvertOrder order, Actor actor, WorkOwner owner, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (set.State is PasswordState.Unchanged)
        {
            return await conversions.EndAsync(transaction, conversion.Id, ConversionState.Planned, ConversionState.RolledBack, actor.Name, now, set.Problem, cancellationToken);
        }

        var moved = await conversions.MoveAsync(transaction, conversion.Id, ConversionState.Planned, set.IsConverted ? ConversionState.Converted : ConversionState.Planned, set.Problem, owner, cancellationToken);
        if (moved && set.IsConverted)
        {
            await conversions.ConvertedAsync(transaction, conversion.Id, now, now + order.For, cancellationToken);
        }

        return moved;
    }

    private static Delivery DeliveryOf(ConvertOrder order, Outage outage) => order.Delivery ?? (outage.MailDepends ? Delivery.OneTimeLink : Delivery.ResetEmail);

    private static Conversion Draft(PlannedAccount item, Outage outage, ConvertOrder order, Actor actor, DateTimeOffset now) => new()
    {
        Id = TimedId.New(now),
        OutageId = outage.Id,
        UserId = item.Account.Id,
        Username = item.Account.Username,
        Email = item.Account.Email,
        AuthService = item.Account.AuthService,
        AuthData = item.Account.AuthData!,
        MfaActive = item.Account.MfaActive,
        Roles = item.Account.Roles,
        DeleteAt = item.Account.DeleteAt,
        State = ConversionState.Planned,
        Ticket = order.Ticket,
        Reason = outage.Reason,
        Delivery = DeliveryOf(order, outage),
        LedgerId = "",
        RequestedBy = actor.Name,
        CreatedAt = now,
        ExpiresAt = now + order.For,
    };

    private AuditEntry Entry(Actor actor, Conversion conversion, PasswordSet set)
    {
        var (action, outcome) = set.IsConverted ? ("converted", AuditOutcome.Succeeded) : set.State is PasswordState.Unchanged ? ("conversion_rolled_back", AuditOutcome.Failed) : ("conversion_unknown", AuditOutcome.Failed);
        return Entry(actor, conversion, action, outcome, set.Problem);
    }

    private AuditEntry Entry(Actor actor, Conversion conversion, string what, AuditOutcome outcome, string? problem) =>
        AuditEntry.By(actor, time.GetUtcNow(), $"account.{what}", conversion.Username, outcome) with { DetailJson = SsoAudit.Detail(conversion, problem) };

    private static IReadOnlyList<ConversionResult> InOrder(ConvertOrder order, IReadOnlyList<ConversionResult> results)
    {
        var places = order.Users.Select((name, place) => (name, place)).DistinctBy(item => item.name).ToDictionary(item => item.name, item => item.place);
        return [.. results.OrderBy(result => places[result.Wanted])];
    }
}

internal sealed record PlannedConversion(string Wanted, Conversion Conversion, SignInNotes Notes);
