using MmDrBot.Access;
using MmDrBot.Sso;

namespace MmDrBot.Features.Outages;

/// <summary>Accounts to bring back; no users and `All` means everybody, of one service where it is named.</summary>
internal sealed record RevertAccountsRequest
{
    public IReadOnlyList<string> Users { get; init; } = [];

    public bool All { get; init; }

    public string? Service { get; init; }
}

/// <summary>What became of one account on its way back, as REST shows it.</summary>
internal sealed record RevertView(string Username, string UserId, string ConversionId, string Outcome, string Message)
{
    internal static RevertView Of(RevertResult result) => new(result.Conversion.Username, result.Conversion.UserId, result.Conversion.Id, EnumText.Of(result.Outcome), result.Message);
}

/// <summary>Brings accounts back to their sign-in service.</summary>
internal sealed class RevertAccounts(ConversionStore conversions, ConversionNames people, AccountReverter reverter, AbandonedWork abandoned)
{
    public async Task<IReadOnlyList<RevertView>> HandleAsync(RevertAccountsRequest request, Actor actor, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ConvertAccounts);
        if (request.All == request.Users.Count > 0)
        {
            throw new Refusal(RefusalReason.Invalid, "Say who is brought back: usernames, or --all.", "`sso revert @alice`, or `sso revert --all --service saml`; `sso status` lists who is converted.");
        }

        if (request.Users.Any(string.IsNullOrWhiteSpace))
        {
            throw new Refusal(RefusalReason.Invalid, "A name in the list is empty.", "Leave it out; nobody was brought back.");
        }

        AccountRules.RequireService(request.Service);
        await abandoned.ResumeAsync(cancellationToken);
        var open = (await conversions.ListOpenAsync(null, cancellationToken)).Where(conversion => request.Service is null || conversion.AuthService == request.Service).ToArray();
        var (wanted, unknown) = request.All ? (open, []) : await SelectAsync(open, request, cancellationToken);
        var results = await reverter.RevertAsync(wanted, actor, progress, cancellationToken);
        return [.. results.Select(RevertView.Of), .. unknown];
    }

    private async Task<(IReadOnlyList<Conversion> Wanted, IReadOnlyList<RevertView> Unknown)> SelectAsync(IReadOnlyList<Conversion> open, RevertAccountsRequest request, CancellationToken cancellationToken)
    {
        string[] names = [.. request.Users.Select(ConversionNames.Plain).Distinct()];
        var found = await people.FindAsync(open, names, cancellationToken);
        var unknown = names.Where(name => !found.ContainsKey(name)).Select(name =>
            new RevertView(name, "", "", "not_converted", $"@{name} is not converted. `sso status` lists who is; `sso reconcile` compares with the database."));
        return ([.. found.Values.Distinct()], [.. unknown]);
    }
}
