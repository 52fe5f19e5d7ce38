using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>Direct channels and memberships.</summary>
internal static class ChannelRoutes
{
    public static void MapChannels(this IEndpointRouteBuilder routes, StandInState state)
    {
        routes.MapPost("/api/v4/channels/direct", context => OpenDirectAsync(context, state));
        routes.MapGet("/api/v4/channels/{channel:length(26)}/members/{user}", context => ShowMember(context, state));
        routes.MapPost("/api/v4/channels/{channel:length(26)}/members", context => AddMemberAsync(context, state));
        routes.MapGet("/api/v4/channels/{channel:length(26)}/posts", context => ListPosts(context, state));
    }

    /// <summary>The channel of two accounts, made at its first use.</summary>
    public static StandInChannel Direct(StandInState state, StandInUser creator, StandInUser one, StandInUser other)
    {
        string[] ids = [one.Id, other.Id];
        Array.Sort(ids, StringComparer.Ordinal);
        var name = string.Join("__", ids);

        lock (state.Gate)
        {
            if (state.Channels.Values.FirstOrDefault(channel => channel.Type == "D" && channel.Name == name) is { } existing)
                return existing;

            var channel = new StandInChannel(name, "D", teamId: "", creator.Id, state.Now);
            channel.Add(one);
            channel.Add(other);

            return state.Channels[channel.Id] = channel;
        }
    }

    private static async Task OpenDirectAsync(HttpContext context, StandInState state)
    {
        var caller = context.Session(state);
        var ids = await ReadIdsAsync(context);

        if (!caller.IsAdmin && !ids.Contains(caller.Id))
            throw StandInError.Forbidden();

        if (await state.FindUserAsync(ids[0]) is not { } one || await state.FindUserAsync(ids[1]) is not { } other)
            throw new StandInError(400, "api.channel.create_direct_channel.invalid_user.app_error", "Invalid user ID.");

        await context.WriteJsonAsync(StandInJson.Channel(Direct(state, caller, one, other)), StatusCodes.Status201Created);
    }

    private static async Task<string[]> ReadIdsAsync(HttpContext context) =>
        await context.ReadJsonAsync("user_ids") is JsonArray { Count: 2 } array && array.All(id => id?.GetValueKind() == JsonValueKind.String)
            ? [.. array.Select(id => (string)id!)]
            : throw StandInError.BadBody("user_ids");

    // Whoever is in a channel may let others of the team in; being in it already is no error.
    private static async Task AddMemberAsync(HttpContext context, StandInState state)
    {
        var adder = context.Session(state);
        var body = await context.ReadJsonAsync("channel_member") as JsonObject;
        var userId = (string?)body?["user_id"] is { Length: 26 } id ? id : throw StandInError.BadBody("user_id");
        var channel = Readable(context, state, adder);
        var user = await state.FindUserAsync(userId) ?? throw StandInError.UserMissing($"User id: {userId}");

        if (state.Teams.GetValueOrDefault(channel.TeamId)?.Has(userId) != true)
            throw new StandInError(404, "app.team.get_member.missing.app_error", "No team member found for that user ID and team ID.");

        channel.Add(user);
        await context.WriteJsonAsync(StandInJson.Member(channel, user), StatusCodes.Status201Created);
    }

    private static Task ListPosts(HttpContext context, StandInState state)
    {
        var channel = Readable(context, state, context.Session(state));
        var size = int.TryParse(context.Request.Query["per_page"], NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? Math.Min(given, 200) : 60;

        return context.WriteJsonAsync(StandInJson.Page([.. state.Posts.Where(post => post.ChannelId == channel.Id).Reverse().Take(size)]));
    }

    private static StandInChannel Readable(HttpContext context, StandInState state, StandInUser reader) =>
        state.Channels.TryGetValue(context.Route("channel"), out var channel) && channel.MayRead(reader) ? channel : throw StandInError.Forbidden();

    private static Task ShowMember(HttpContext context, StandInState state)
    {
        var caller = context.Session(state);
        var channel = Readable(context, state, caller);
        var id = context.Route("user");
        var user = id == "me" ? caller : state.Users.GetValueOrDefault(id);

        return user is not null && channel.Has(user)
            ? context.WriteJsonAsync(StandInJson.Member(channel, user))
            : throw new StandInError(404, "app.channel.get_member.missing.app_error", "No channel member found for that user ID and channel ID.");
    }
}
