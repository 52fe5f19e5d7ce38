using MmDrBot.Access;
using MmDrBot.Approvals;
using MmDrBot.Settings;
using MmDrBot.Sso;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Outages;

/// <summary>Finds out whether a conversion needs a second person: for an administrator of Mattermost, or for many accounts at once.</summary>
internal sealed class ConversionApprovals(ConversionPlanner planner, ApprovalGuard approvals, ApprovalOptions options)
{
    private const int Named = 10;

    /// <summary>Asks only for what would really be converted.</summary>
    /// <param name="request">As it was asked.</param>
    /// <param name="order">The same for the planner.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="work">Is told whether administrators may be among them: approved by a second person, or asked for on the host where none is needed.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal async Task<T> RunAsync<T>(ConvertAccountsRequest request, ConvertOrder order, Actor actor, Func<bool, Task<T>> work, CancellationToken cancellationToken)
    {
        var mayBeAdmins = approvals.Guards(GuardedOperation.ConvertAdmin) || actor.Door is Door.Cli;
        var accounts = (await planner.PlanAsync(order with { IncludeAdmins = mayBeAdmins }, cancellationToken)).Accepted.Select(planned => planned.Account).OrderBy(account => account.Username, StringComparer.Ordinal).ToArray();
        var operation =
            approvals.Guards(GuardedOperation.ConvertAdmin) && accounts.Any(account => account.IsSystemAdmin) ? GuardedOperation.ConvertAdmin
            : options.ConvertMany > 0 && accounts.Length > options.ConvertMany ? GuardedOperation.ConvertMany
            : (GuardedOperation?)null;
        var includeAdmins = mayBeAdmins && accounts.Any(account => account.IsSystemAdmin);
        var whole = request with { Users = [.. accounts.Select(account => account.Username)] };
        return operation is { } guarded
            ? await approvals.RunAsync(guarded, Summary(accounts, request), whole, Permission.ConvertAccounts, actor, () => work(includeAdmins), cancellationToken)
            : await work(includeAdmins);
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
