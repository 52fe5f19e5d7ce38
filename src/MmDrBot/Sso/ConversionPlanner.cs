using MmDrBot.Access;

namespace MmDrBot.Sso;

/// <summary>Decides who is converted and who is not, with the reason; changes nothing.</summary>
internal sealed class ConversionPlanner(AccountDirectory accounts, OutageStore outages, ConversionStore conversions, MattermostGate mattermost)
{
    internal async Task<ConversionPlan> PlanAsync(ConvertOrder order, CancellationToken cancellationToken)
    {
        var open = (await outages.ListAsync(openOnly: true, int.MaxValue, cancellationToken)).ToDictionary(outage => outage.Service);
        if (open.Count == 0)
        {
            throw new Refusal(RefusalReason.Conflict, "No outage is open, so nobody is converted.", "Open one first: `sso open SERVICE --ticket T --reason \"...\"`.");
        }

        var botUserId = await mattermost.BotUserIdAsync(cancellationToken);
        var found = await accounts.FindAsync(order.Users, cancellationToken);
        var rules = await mattermost.SignInRulesAsync(cancellationToken);
        var live = (await conversions.ListOpenAsync(null, cancellationToken)).ToDictionary(conversion => conversion.UserId);
        found = await LookAgainAsync(found, live, cancellationToken);
        var plan = new ConversionPlan();
        var named = found.SelectMany(account => new[] { account.Username, account.Email, account.Id }.Distinct().Select(name => (name, account))).ToLookup(pair => pair.name, pair => pair.account);
        var seen = new HashSet<string>();
        foreach (var wanted in order.Users)
        {
            var matches = named[wanted.TrimStart('@').ToLowerInvariant()].ToArray();
            if (matches.Length != 1)
            {
                plan.Results.Add(NotOne(wanted, matches.Length));
            }
            else if (seen.Add(matches[0].Id))
            {
                Judge(plan, wanted, matches[0], SignInNotes.Of(matches[0], rules), order, botUserId, open, live);
            }
        }

        return plan;
    }

    /// <summary>Accounts that another call may have converted between the look at the database and the look into the books.</summary>
    private async Task<IReadOnlyList<MattermostAccount>> LookAgainAsync(IReadOnlyList<MattermostAccount> found, Dictionary<string, Conversion> live, CancellationToken cancellationToken)
    {
        string[] doubtful = [.. found.Where(account => !account.UsesPassword && live.ContainsKey(account.Id)).Select(account => account.Id)];
        return doubtful.Length == 0 ? found : [.. found.ExceptBy(doubtful, account => account.Id), .. await accounts.GetAllAsync(doubtful, cancellationToken)];
    }

    private static void Judge(ConversionPlan plan, string wanted, MattermostAccount account, SignInNotes notes, ConvertOrder order, string botUserId, Dictionary<string, Outage> open, Dictionary<string, Conversion> live)
    {
        if (live.TryGetValue(account.Id, out var existing))
        {
            plan.Results.Add(Already(wanted, existing, account, notes));
        }
        else if (AccountRules.Refusal(account, order, botUserId, open) is { } reason)
        {
            plan.Results.Add(Refused(wanted, account, reason));
        }
        else
        {
            plan.Accepted.Add(new PlannedAccount(wanted, account, open[account.AuthService], notes));
        }
    }

    /// <summary>The books alone don't prove that somebody gets in with a password now.</summary>
    private static ConversionResult Already(string wanted, Conversion existing, MattermostAccount account, SignInNotes notes) => existing.State switch
    {
        ConversionState.Planned => Busy(wanted, existing),
        ConversionState.Reverting => Refused(wanted, account, $"is on the way back to {existing.AuthService} in this moment, by another call or one that was interrupted. `sso status` shows when that is over; then convert again."),
        _ when !account.UsesPassword && existing.IsHalfBack => Refused(wanted, account, $"is bound to {existing.AuthService} again, but caches or sessions could not be cleared. `sso revert @{account.Username}` goes on; then convert again."),
        _ when !account.UsesPassword => Refused(wanted, account, $"is in the books as converted (ticket {existing.Ticket}), but was given a binding to {account.AuthService} by other hands. `sso revert @{account.Username}` finds out which; then convert again."),
        _ => new ConversionResult
        {
            Wanted = wanted,
            Username = existing.Username,
            UserId = existing.UserId,
            Outcome = ConversionOutcome.AlreadyConverted,
            ConversionId = existing.Id,
            ExpiresAt = existing.ExpiresAt,
            AsksForMfa = existing.MfaActive,
            Obstacles = notes.Obstacles,
            Message = $"@{existing.Username} was converted already by {existing.RequestedBy} (ticket {existing.Ticket}). `sso deliver @{existing.Username}` issues a new way in.{notes.Text}",
        },
    };

    /// <summary>Whether the other call will have converted the account is not known yet.</summary>
    internal static ConversionResult Busy(string wanted, Conversion other) => new()
    {
        Wanted = wanted,
        Username = other.Username,
        UserId = other.UserId,
        Outcome = ConversionOutcome.Unknown,
        AsksForMfa = other.MfaActive,
        Message = $"@{other.Username} is being converted by another call in this moment. `sso status` shows what came of it.",
    };

    private static ConversionResult Refused(string wanted, MattermostAccount account, string why) => new()
    {
        Wanted = wanted,
        Username = account.Username,
        UserId = account.Id,
        Outcome = ConversionOutcome.Refused,
        Message = $"@{account.Username} {why}",
    };

    private static ConversionResult NotOne(string wanted, int matches) => new()
    {
        Wanted = wanted,
        Outcome = ConversionOutcome.Refused,
        Message = matches == 0 ? $"There is no account {wanted}. Give the username or the whole e-mail address." : $"{wanted} fits {matches} accounts. Give the id.",
    };
}

/// <summary>Whom a call converts, and what it answers to the others.</summary>
internal sealed class ConversionPlan
{
    internal List<PlannedAccount> Accepted { get; } = [];

    internal List<ConversionResult> Results { get; } = [];
}

internal sealed record PlannedAccount(string Wanted, MattermostAccount Account, Outage Outage, SignInNotes Notes);
