using MmDrBot.Access;
using MmDrBot.Approvals;
using MmDrBot.Sso;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Outages;

/// <summary>Finds out whether a conversion needs a second person: for an administrator of Mattermost, or for many accounts at once.</summary>
internal sealed class ConversionApprovals(ConversionPlanner planner, ApprovalGuard approvals, ApprovalOptions options)
{
    private const int Named = 10;

    /// <summary>Asks only for what would really be converted.</summary>
    /// <returns>Whether administrators among them may be converted: approved by a second person, or asked for on the host where none is needed.</returns>
    internal async Task<bool> RequireAsync(ConvertAccountsRequest request, ConvertOrder order, Actor actor, CancellationToken cancellationToken)
    {
        var mayBeAdmins = approvals.Guards(GuardedOperation.ConvertAdmin) || actor.Door is Door.Cli;
        var accounts = (await planner.PlanAsync(order with { IncludeAdmins = mayBeAdmins }, cancellationToken)).Accepted.Select(planned => planned.Account).OrderBy(account => account.Username, StringComparer.Ordinal).ToArray();
        var operation =
            approvals.Guards(GuardedOperation.ConvertAdmin) && accounts.Any(account => account.IsSystemAdmin) ? GuardedOperation.ConvertAdmin
            : options.ConvertMany > 0 && accounts.Length > options.ConvertMany ? GuardedOperation.ConvertMany
            : (GuardedOperation?)null;
        if (operation is { } guarded)
        {
            var whole = request with { Users = [.. accounts.Select(account => account.Username)] };
            await approvals.RequireAsync(guarded, Summary(accounts, request), whole, Permission.ConvertAccounts, actor, cancellationToken);
        }

        return mayBeAdmins && accounts.Any(account => account.IsSystemAdmin);
    }

    private static string Delivered(ConvertAccountsRequest request) =>
        (request.Deliver is { } way ? $", handed over by {Words.Code(way)}" : "") + (request.For is { } time ? $", for {Words.Code(time)}" : "") + (request.IncludeDeactivated ? ", deactivated ones too" : "");

    private static string Summary(MattermostAccount[] accounts, ConvertAccountsRequest request)
    {
        var shown = string.Join(", ", accounts.Take(Named).Select(account => $"@{account.Username}")) + (accounts.Length > Named ? $" and {accounts.Length - Named} more" : "");
        var admins = accounts.Where(account => account.IsSystemAdmin).Select(account => $"@{account.Username}").ToArray();
        var warning = admins.Length == 0 ? "" : $", among them administrators of Mattermost: {string.Join(", ", admins)}";
        return $"Convert {(accounts.Length == 1 ? "one account" : $"{accounts.Length} accounts")} to e-mail and password ({shown}{warning}), ticket {Words.Code(request.Ticket)}{Delivered(request)}.";
    }
}
