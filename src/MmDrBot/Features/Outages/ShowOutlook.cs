using MmDrBot.Access;
using MmDrBot.Protection;
using MmDrBot.Sso;

namespace MmDrBot.Features.Outages;

/// <summary>How an outage of one service will be felt.</summary>
internal sealed record Outlook
{
    public required string Service { get; init; }

    /// <summary>Active accounts of the service: none of them can sign in on a new device.</summary>
    public int Accounts { get; init; }

    /// <summary>Those among them with no live session: locked out already.</summary>
    public int LockedOut { get; init; }

    /// <summary>Those whose last session ends within an hour, and are then locked out.</summary>
    public int Within1Hour { get; init; }

    public int Within8Hours { get; init; }

    public int Within24Hours { get; init; }

    public int Within7Days { get; init; }

    /// <summary>Later than that, or never.</summary>
    public int Later { get; init; }

    /// <summary>Who they are, if it was asked for, soonest first.</summary>
    public IReadOnlyList<OutlookAccount> Names { get; init; } = [];
}

/// <summary>One account of an outlook.</summary>
/// <param name="Username">Its name.</param>
/// <param name="Email">Its e-mail address.</param>
/// <param name="LastSessionEnds">When its last live session ends; null when there is none.</param>
/// <param name="NeverEnds">Whether a session has no end.</param>
internal sealed record OutlookAccount(string Username, string Email, DateTimeOffset? LastSessionEnds, bool NeverEnds);

/// <summary>Says from Mattermost's sessions who is locked out by an outage, and when the others will be.</summary>
internal sealed class ShowOutlook(AccountDirectory accounts, ProtectedServer server, TimeProvider time)
{
    // Sessions of personal access tokens let nobody sign in; an end of 0 means none. One that was idle for longer than the server allows, in a
    // browser, is over at its next request, whatever end it has.
    private const string Query = """
        select u.authservice as service, u.username, u.email,
               max(case when s.expiresat = 0 then 9223372036854775807 else s.expiresat end) as ends
        from users u left join sessions s on s.userid = u.id and (s.expiresat = 0 or s.expiresat > @now) and coalesce(s.props::text, '') not like '%"type"%"UserAccessToken"%'
             and not (s.lastactivityat < @idleSince and not s.isoauth and coalesce(s.deviceid, '') = '' and coalesce(s.props::text, '') not like '%"isMobile"%"true"%')
        where coalesce(u.authservice, '') <> '' and u.deleteat = 0 and not exists (select 1 from bots b where b.userid = u.id) and (@service::text is null or u.authservice = @service)
        group by u.authservice, u.username, u.email
        """;

    public async Task<IReadOnlyList<Outlook>> HandleAsync(string? service, bool names, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ViewStatus);
        AccountRules.RequireService(service);
        var now = time.GetUtcNow();
        var rows = await accounts.QueryAsync<Row>(Query, new { now = now.ToUnixTimeMilliseconds(), idleSince = await IdleSinceAsync(now, cancellationToken), service }, cancellationToken);
        return [.. rows.GroupBy(row => row.Service).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => Of(group.Key, [.. group], now, names))];
    }

    /// <returns>Before which time a session must have been used last to be over; 0 where the server ends none for that.</returns>
    private async Task<long> IdleSinceAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var config = await server.ConfigAsync(cancellationToken);
        return config.Number("ServiceSettings", "SessionIdleTimeoutInMinutes") is > 0 and var minutes && !config.IsOn("ServiceSettings", "ExtendSessionLengthWithActivity")
            ? now.ToUnixTimeMilliseconds() - (minutes * 60_000L)
            : 0;
    }

    private static Outlook Of(string service, IReadOnlyList<Row> rows, DateTimeOffset now, bool names)
    {
        int Until(TimeSpan time) => rows.Count(row => row.Ends is { } ends && ends <= (now + time).ToUnixTimeMilliseconds());
        var week = Until(TimeSpan.FromDays(7));
        var lockedOut = rows.Count(row => row.Ends is null);
        return new Outlook
        {
            Service = service,
            Accounts = rows.Count,
            LockedOut = lockedOut,
            Within1Hour = Until(TimeSpan.FromHours(1)),
            Within8Hours = Until(TimeSpan.FromHours(8)),
            Within24Hours = Until(TimeSpan.FromHours(24)),
            Within7Days = week,
            Later = rows.Count - lockedOut - week,
            Names = names ? [.. rows.OrderBy(row => row.Ends ?? 0).ThenBy(row => row.Username, StringComparer.Ordinal).Select(row => row.ToAccount())] : [],
        };
    }

    private sealed class Row
    {
        public string Service { get; init; } = "";

        public string Username { get; init; } = "";

        public string Email { get; init; } = "";

        public long? Ends { get; init; }

        internal OutlookAccount ToAccount() => new(Username, Email, Ends is null or long.MaxValue ? null : DateTimeOffset.FromUnixTimeMilliseconds(Ends.Value), Ends is long.MaxValue);
    }
}
