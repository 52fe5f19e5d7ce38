using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Protection;
using MmDrBot.Settings;
using MmDrBot.Sso;

namespace MmDrBot.Features.Outages;

/// <summary>What a recovery found in the ledger.</summary>
/// <param name="Recovered">Accounts that are converted, now in our books again.</param>
/// <param name="NotConverted">Accounts that have their binding; their entries were ended.</param>
/// <param name="Known">How many were in our books already.</param>
/// <param name="Damaged">Ledger objects that could not be read; whom they name is not known.</param>
internal sealed record Recovery(IReadOnlyList<ConversionView> Recovered, IReadOnlyList<string> NotConverted, int Known, IReadOnlyList<string> Damaged);

/// <summary>Rebuilds our books of who is converted from the repository alone, after the state was lost in the middle of an outage.</summary>
internal sealed class RecoverConversions(
    AppSettings settings, AccountDirectory accounts, ConversionStore conversions, OutageStore outages, StateDatabase state, AuditLog audit, TimeProvider time)
{
    /// <param name="repositoryUrl">Another repository than the settings name, or null.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<Recovery> HandleAsync(string? repositoryUrl, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageOutages);
        var repositories = new RepositoryProvider(repositoryUrl is null ? settings : settings with { Repository = settings.Repository with { Url = repositoryUrl } }, time);
        var damaged = new List<string>();
        var open = await ConversionLedger.ReadOpenAsync(await repositories.OpenAsync(cancellationToken), damaged.Add, cancellationToken);
        var live = (await conversions.ListOpenAsync(null, cancellationToken)).Select(one => one.Id).ToHashSet();
        var missing = open.Where(binding => !live.Contains(binding.Binding.ConversionId)).ToArray();
        var found = (await accounts.GetAllAsync([.. missing.Select(binding => binding.Binding.UserId)], cancellationToken)).ToDictionary(account => account.Id);
        var (recovered, bound) = (new List<Conversion>(), new List<(Conversion Conversion, ConversionState, string?)>());
        foreach (var binding in missing)
        {
            var account = found.GetValueOrDefault(binding.Binding.UserId);
            if (account is { UsesPassword: true })
            {
                await AdoptAsync(binding, recovered, actor, cancellationToken);
            }
            else if (account?.IsBoundTo(binding.Binding.AuthService, binding.Binding.AuthData) is true)
            {
                bound.Add((LedgerBindings.ToConversion(binding, ConversionState.AlreadyBack), ConversionState.AlreadyBack, "found so by a recovery"));
            }
            else
            {
                await AdoptAsync(binding, recovered, actor, cancellationToken);
            }
        }

        await new ConversionLedger(repositories, time).WriteEndsAsync(actor, bound, cancellationToken);
        return new Recovery([.. recovered.Select(ConversionView.Of)], [.. bound.Select(one => one.Conversion.Username)], open.Count - missing.Length, damaged);
    }

    private Task AdoptAsync(OpenBinding binding, List<Conversion> recovered, Actor actor, CancellationToken cancellationToken)
    {
        var conversion = LedgerBindings.ToConversion(binding, ConversionState.Converted);
        var known = binding.Record.Outage!;
        var outage = new Outage { Id = known.Id, Service = known.Service, Ticket = known.Ticket, Reason = known.Reason, MailDepends = known.MailDepends, OpenedBy = known.OpenedBy, OpenedAt = known.OpenedAt };
        return state.InTransactionAsync(
            async (transaction, token) =>
            {
                var opened = await outages.TryInsertAsync(transaction, outage, token);
                if (!await conversions.TryInsertAsync(transaction, conversion, null, token))
                {
                    return;
                }

                recovered.Add(conversion);
                if (opened)
                {
                    await audit.AppendAsync(transaction, AuditEntry.By(actor, time.GetUtcNow(), "outage.recovered", outage.Service, AuditOutcome.Succeeded) with { DetailJson = SsoTexts.Detail(outage) }, token);
                }

                await audit.AppendAsync(transaction, AuditEntry.By(actor, time.GetUtcNow(), "account.conversion_recovered", conversion.Username, AuditOutcome.Succeeded) with { DetailJson = SsoAudit.Detail(conversion, null) }, token);
            },
            cancellationToken);
    }
}
