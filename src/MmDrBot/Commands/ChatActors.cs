using System.Net;
using MmDrBot.Access;
using MmDrBot.Mattermost;
using MmDrBot.Settings;

namespace MmDrBot.Commands;

/// <summary>Finds out who asks in chat, and what they may do by the roles of the settings. Who has no role may nothing.</summary>
internal sealed class ChatActors(IMattermostApi api, AppSettings settings)
{
    private readonly IReadOnlyList<RoleRule> _rules = settings.Access.Rules;

    /// <param name="userId">As Mattermost names who typed or clicked; nothing else that a request says about a person is believed.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="Refusal">Unavailable: Mattermost does not say who that is.</exception>
    internal async Task<Actor> OfAsync(string userId, CancellationToken cancellationToken)
    {
        try
        {
            var user = await api.GetUserAsync(userId, cancellationToken);
            IReadOnlyList<RoleGrant> grants = user.IsBot || user.DeleteAt > 0 ? [] : await GrantsAsync(user, cancellationToken);
            return new Actor($"mattermost:{user.Username}", Door.Chat, RolePermissions.Of(grants.Select(grant => grant.Role)))
            {
                MattermostUserId = user.Id,
                RequestId = Reference.New(),
                Zone = TimeZoneInfo.TryFindSystemTimeZoneById(user.Timezone?.Name ?? "", out var zone) ? zone : TimeZoneInfo.Utc,
                Grants = grants,
            };
        }
        catch (MattermostApiException failure)
        {
            throw new Refusal(RefusalReason.Unavailable, $"Mattermost's API did not say who you are: {failure.Message}", "Check MMDR_Mattermost__Url and the bot's token; the command line works without Mattermost.", failure);
        }
    }

    private async Task<IReadOnlyList<RoleGrant>> GrantsAsync(MattermostUser user, CancellationToken cancellationToken)
    {
        var grants = new List<RoleGrant>();
        var groups = _rules.Any(rule => rule.Subject is RoleSubject.Group) ? await GroupsAsync(user.Id, cancellationToken) : [];
        foreach (var rule in _rules)
        {
            var has = rule.Subject switch
            {
                RoleSubject.Role => user.Roles.Split(' ').Contains(rule.Name, StringComparer.OrdinalIgnoreCase),
                RoleSubject.User => user.Username == rule.Name,
                RoleSubject.Group => groups.Contains(rule.Name),
                RoleSubject.Channel => await IsMemberAsync(rule.Name, user.Id, cancellationToken),
                _ => false,
            };
            if (has)
            {
                grants.Add(new RoleGrant(rule.Role, $"{EnumText.Of(rule.Subject)}:{rule.Name}"));
            }
        }

        return grants;
    }

    private async Task<bool> IsMemberAsync(string channelId, string userId, CancellationToken cancellationToken)
    {
        try
        {
            await api.GetChannelMemberAsync(channelId, userId, cancellationToken);
            return true;
        }
        catch (MattermostApiException refused) when (refused.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Forbidden)
        {
            return false;
        }
    }

    /// <summary>
    /// Names in lower case; none on a server whose licence knows no groups. Groups of the directory alone: those made by hand can be made,
    /// named and joined by members.
    /// </summary>
    private async Task<HashSet<string>> GroupsAsync(string userId, CancellationToken cancellationToken)
    {
        try
        {
            return [.. (await api.GetUserGroupsAsync(userId, cancellationToken)).Where(group => group.Source == "ldap").Select(group => group.Name.ToLowerInvariant())];
        }
        catch (MattermostApiException refused) when (refused.StatusCode is HttpStatusCode.NotImplemented or HttpStatusCode.Forbidden or HttpStatusCode.NotFound)
        {
            return [];
        }
    }
}
