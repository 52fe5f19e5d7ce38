using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Protection;
using MmDrBot.Sso;

namespace MmDrBot.Features.Outages;

/// <summary>What a recovery found in the ledger.</summary>
/// <param name="Recovered">Accounts that are converted, or that nobody has brought back in the books; now in our books again.</param>
/// <param name="BroughtBack">Accounts that had their binding already: caches and sessions were cleared, their entries ended.</param>
/// <param name="Untouched">Accounts whose conversion was cut off before it changed anything: their entries ended, nothing else.</param>
/// <param name="Known">How many were in our books already.</param>
/// <param name="Damaged">Ledger objects that could not be read; whom they name is not known.</param>
/// <param name="Settings">Services for whose outage Mattermost's configuration was changed; our books know it again, and closing the outage puts it back.</param>
internal sealed record Recovery(IReadOnlyList<ConversionView> Recovered, IReadOnlyList<string> BroughtBack, IReadOnlyList<string> Untouched, int Known, IReadOnlyList<string> Damaged, IReadOnlyList<string> Settings);

/// <summary>Rebuilds our books of who is converted from the repository alone, after the state was lost in the middle of an outage.</summary>
internal sealed class RecoverConversions(
    RepositoryProvider repositories, AccountDirectory accounts, ConversionStore conversions, OutageStore outages, AccountReverter reverter, AbandonedWork abandoned, RevertAccounts revert, SignInSettings signIn, StateDatabase state, AuditLog audit, TimeProvider time)
{
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromDays(1);

    /// <param name="repositoryUrl">Another repository than the settings name, or null.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<Recovery> HandleAsync(string? repositoryUrl, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageOutages);
        if (repositoryUrl is not null)
        {
            repositories.UseUrl(repositoryUrl);
        }

        var damaged = new List<string>();
        var ledger = await ConversionLedger.ReadAsync(await repositories.OpenAsync(cancellationToken), damaged.Add, cancellationToken);
        var live = (await conversions.ListOpenAsync(null, cancellationToken)).Select(one => one.Id).ToHashSet();

        // Of several entries of one account the newest holds its last binding, and the oldest tells since when it may have been changed.
        var entries = ledger.Bindings.Where(binding => !live.Contains(binding.Binding.ConversionId)).GroupBy(binding => binding.Binding.UserId).ToArray();
        var missing = entries.Select(group => group.Last()).ToArray();
        var since = entries.ToDictionary(group => group.Key, group => group.First().Record.At);
        var found = (await accounts.GetAllAsync([.. missing.Select(binding => binding.Binding.UserId)], cancellationToken)).ToDictionary(account => account.Id);
        var (recovered, bound, untouched) = (new List<Conversion>(), new List<Conversion>(), new List<Conversion>());
        foreach (var binding in missing)
        {
            var account = found.GetValueOrDefault(binding.Binding.UserId);
            var isBound = account?.IsBoundTo(binding.Binding.AuthService, binding.Binding.AuthData) is true;
            var isUntouched = isBound && account!.LastPasswordUpdate < (since[account.Id] - ClockTolerance).ToUnixTimeMilliseconds();
            await AdoptAsync(binding, isUntouched ? ConversionState.Planned : ConversionState.Converted, isUntouched ? untouched : isBound ? bound : recovered, actor, cancellationToken);
        }

        // They may be in the middle of their way back: only the whole of it clears caches, reset links and sessions.
        var back = await reverter.RevertAsync(bound, actor, null, cancellationToken);
        recovered.AddRange(back.Where(result => !result.IsBack).Select(result => result.Conversion));
        var settings = new List<string>();
        foreach (var changed in ledger.Settings)
        {
            if (await signIn.AdoptAsync(changed, actor, cancellationToken))
            {
                settings.Add(changed.Outage!.Service);
            }
        }

        var left = await RollBackAsync(untouched, recovered, cancellationToken);
        return new Recovery([.. recovered.Select(ConversionView.Of)], [.. back.Where(result => result.IsBack).Select(result => result.Conversion.Username)], left, live.Count, damaged, settings);
    }

    /// <summary>
    /// Brings everybody back. Not where a part of the ledger can't be read: it may tell of people who were signed off, or are back, and only a person who
    /// has seen the list can say who they are.
    /// </summary>
    public async Task<IReadOnlyList<RevertView>> RevertAsync(Recovery recovery, Actor actor, CancellationToken cancellationToken) =>
        recovery.Damaged.Count > 0 ? [] : await revert.HandleAsync(new RevertAccountsRequest { All = true }, actor, null, cancellationToken);

    /// <summary>
    /// Mattermost dates every change of a password or a binding: of these people nothing was changed since, by far more than clocks differ, and to end
    /// their sessions during an outage would lock them out. They are in the books as what a killed call leaves; should it live, it can't go on with them.
    /// </summary>
    /// <returns>Whose binding was found as it was; who is converted by now is added to <paramref name="recovered"/>.</returns>
    private async Task<IReadOnlyList<string>> RollBackAsync(IReadOnlyList<Conversion> untouched, List<Conversion> recovered, CancellationToken cancellationToken)
    {
        var left = new List<string>();
        if (untouched.Count > 0)
        {
            await abandoned.ResumeAsync(cancellationToken);
        }

        foreach (var one in untouched)
        {
            if (await conversions.FindAsync(one.Id, cancellationToken) is { IsOpen: true } open)
            {
                recovered.Add(open);
            }
            else
            {
                left.Add(one.Username);
            }
        }

        return left;
    }

    private Task AdoptAsync(OpenBinding binding, ConversionState standing, List<Conversion> adopted, Actor actor, CancellationToken cancellationToken)
    {
        var outage = binding.Record.Outage!.ToOutage();
        return state.InTransactionAsync(
            async (transaction, token) =>
            {
                var (open, isReopened) = await outages.EnsureOpenAsync(transaction, outage, token);
                var conversion = LedgerBindings.ToConversion(binding, standing) with { OutageId = open };
                var isNews = await conversions.TryInsertAsync(transaction, conversion, null, token);
                if (isReopened)
                {
                    await audit.AppendAsync(transaction, SsoAudit.Reopened(actor, time.GetUtcNow(), outage), token);
                }

                if (isNews)
                {
                    await audit.AppendAsync(transaction, AuditEntry.By(actor, time.GetUtcNow(), "account.conversion_recovered", conversion.Username, AuditOutcome.Succeeded) with { DetailJson = SsoAudit.Detail(conversion, null) }, token);
                    transaction.AfterCommit(() => adopted.Add(conversion));
                }
            },
            cancellationToken);
    }
}
