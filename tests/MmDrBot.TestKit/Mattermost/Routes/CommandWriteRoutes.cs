using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>Registering slash commands. Whoever may not manage one is told that there is none, and so is everybody while commands are off.</summary>
internal static class CommandWriteRoutes
{
    private const int MaxTrigger = 128;

    private static readonly string[] _builtIn = ["echo", "help", "me", "shrug", "away", "online", "offline", "dnd", "join", "leave", "msg", "logout"];

    public static void MapCommandWrites(this IEndpointRouteBuilder routes, StandInState state)
    {
        routes.MapPost("/api/v4/commands", context => CreateAsync(context, state));
        routes.MapPut("/api/v4/commands/{id:length(26)}", context => UpdateAsync(context, state));
        routes.MapPut("/api/v4/commands/{id:length(26)}/regen_token", context => RegenerateAsync(context, state));
        routes.MapDelete("/api/v4/commands/{id:length(26)}", context => DeleteAsync(context, state));
    }

    // The team need not exist.
    private static async Task CreateAsync(HttpContext context, StandInState state)
    {
        var creator = context.Session(state);
        var body = await context.ReadJsonAsync("command") as JsonObject ?? throw StandInError.BadBody("command");

        if (!creator.IsAdmin)
            throw StandInError.Forbidden();

        state.RequireCommands();
        var made = Read(body, new() { Token = StandInIds.New(), Trigger = "", Url = new("http://x"), TeamId = Text(body, "team_id"), CreatorId = creator.Id, CreateAt = state.Now });

        lock (state.Gate)
        {
            if (_builtIn.Contains(made.Trigger) || state.FindCommand(made.TeamId, made.Trigger) is not null)
                throw new StandInError(400, "api.command.duplicate_trigger.app_error", "This trigger word is already in use. Please choose another word.");

            state.Commands[made.Id] = made;
        }

        await context.WriteJsonAsync(StandInJson.Command(made, full: true), StatusCodes.Status201Created);
    }

    // Duplicate triggers are not looked for.
    private static async Task UpdateAsync(HttpContext context, StandInState state)
    {
        var editor = context.Session(state);

        if (await context.ReadJsonAsync("command") is not JsonObject body || Text(body, "id") != context.Route("id"))
            throw StandInError.BadBody("command");

        var old = Find(context, state) ?? throw Missing();

        if (Text(body, "team_id") != old.TeamId)
            throw new StandInError(400, "api.command.team_mismatch.app_error", "Unable to update commands across teams.", "user_id=" + editor.Id);

        if (!editor.IsAdmin)
            throw Missing();

        var changed = state.Commands[old.Id] = Read(body, old) with { UpdateAt = state.Now };
        await context.WriteJsonAsync(StandInJson.Command(changed, full: true));
    }

    private static async Task RegenerateAsync(HttpContext context, StandInState state)
    {
        var old = Managed(context, state);
        var changed = state.Commands[old.Id] = old with { Token = StandInIds.New(), UpdateAt = state.Now };
        await context.WriteJsonAsync(new JsonObject { ["token"] = changed.Token });
    }

    private static async Task DeleteAsync(HttpContext context, StandInState state)
    {
        state.Commands.TryRemove(Managed(context, state).Id, out _);
        await context.WriteOkAsync();
    }

    private static StandInCommand Managed(HttpContext context, StandInState state) =>
        context.Session(state) is { IsAdmin: true } ? Find(context, state) ?? throw Missing() : throw Missing();

    private static StandInCommand? Find(HttpContext context, StandInState state) =>
        state.AreCommandsOn ? state.Commands.GetValueOrDefault(context.Route("id")) : null;

    private static StandInCommand Read(JsonObject body, StandInCommand old) => old with
    {
        Trigger = Trigger(Text(body, "trigger").ToLowerInvariant()),
        Url = Uri.TryCreate(Text(body, "url"), UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url : throw Invalid("url_http", "Invalid URL. Must be a valid URL and start with http:// or https://."),
        Method = Text(body, "method") is var method and ("P" or "G") ? method : throw Invalid("method", "Invalid Method."),
        Username = Text(body, "username"),
        IconUrl = Text(body, "icon_url"),
        AutoComplete = (bool?)body["auto_complete"] ?? false,
        AutoCompleteDesc = Text(body, "auto_complete_desc"),
        AutoCompleteHint = Text(body, "auto_complete_hint"),
        DisplayName = Text(body, "display_name"),
        Description = Text(body, "description"),
    };

    private static string Trigger(string trigger) =>
        trigger.Length is > 0 and <= MaxTrigger && trigger[0] != '/' && !trigger.Contains(' ', StringComparison.Ordinal) ? trigger : throw Invalid("trigger", "Invalid trigger.");

    private static StandInError Invalid(string what, string message) => new(400, $"model.command.is_valid.{what}.app_error", message);

    private static StandInError Missing() => new(404, "store.sql_command.save.get.app_error", "Unable to get the command.");

    private static string Text(JsonObject body, string name) => (string?)body[name] ?? "";
}
