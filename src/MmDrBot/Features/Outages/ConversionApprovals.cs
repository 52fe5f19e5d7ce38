using MmDrBot.Access;
using MmDrBot.Approvals;
using MmDrBot.Jobs;
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
        var asked = await JudgeAsync(request, order, actor, cancellationToken);
        return asked.Guarded is { } guarded
            ? await approvals.RunAsync(guarded, asked.Summary, asked.Whole, Permission.ConvertAccounts, actor, () => work(asked.IncludeAdmins), cancellationToken)
            : await work(asked.IncludeAdmins);
    }

    /// <summary>The same for a job.</summary>
    /// <returns>How it may begin, and whether administrators may be among them.</returns>
    internal async Task<(JobLaunch Launch, bool IncludeAdmins)> ClearAsync(ConvertAccountsRequest request, ConvertOrder order, Actor actor, JobLaunch launch, CancellationToken cancellationToken)
    {
        var asked = await JudgeAsync(request, order, actor, cancellationToken);
        return asked.Guarded is { } guarded
            ? (await approvals.ClearAsync(guarded, asked.Summary, asked.Whole, Permission.ConvertAccounts, actor, launch, cancellationToken), asked.IncludeAdmins)
            : (launch, asked.IncludeAdmins);
    }

    private async Task<Asked> JudgeAsync(ConvertAccountsRequest request, ConvertOrder order, Actor actor, CancellationToken cancellationToken)
    {
        var mayBeAdmins = approvals.Guards(GuardedOperation.ConvertAdmin) || actor.Door is Door.Cli;
        var accounts = (await planner.PlanAsync(order with { IncludeAdmins = mayBeAdmins }, cancellationToken)).Accepted.Select(planned => planned.Account).OrderBy(account => account.Username, StringComparer.Ordinal).ToArray();
        var hasAdmins = accounts.Any(account => account.IsSystemAdmin);
        var operation =
            approvals.Guards(GuardedOperation.ConvertAdmin) && hasAdmins ? GuardedOperation.ConvertAdmin
            : options.ConvertMany > 0 && accounts.Length > options.ConvertMany ? GuardedOperation.ConvertMany
            : (GuardedOperation?)null;
        return new Asked(operation, Summary(accounts, request), request with { Users = [.. accounts.Select(account => account.Username)] }, mayBeAdmins && hasAdmins);
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

    /// <param name="Guarded">Which rule applies; null: none.</param>
    /// <param name="Summary">What would run, in a sentence.</param>
    /// <param name="Whole">What would run, with only those who would be converted.</param>
    /// <param name="IncludeAdmins">Whether administrators may be among them.</param>
    private sealed record Asked(GuardedOperation? Guarded, string Summary, ConvertAccountsRequest Whole, bool IncludeAdmins);
}
