namespace MmDrBot.TestKit.Mattermost;

/// <summary>An answer in the shape of Mattermost's errors.</summary>
internal sealed class StandInError(int status, string id, string message, string detail = "") : Exception(message)
{
    public int Status => status;

    public string Id => id;

    public string Detail => detail;

    public static StandInError NoSession(string detail) =>
        new(401, "api.context.session_expired.app_error", "Invalid or expired session, please login again.", detail);

    public static StandInError Forbidden(string detail = "") =>
        new(403, "api.context.permissions.app_error", "You do not have the appropriate permissions.", detail);

    public static StandInError UserMissing(string resource) =>
        new(404, "app.user.missing_account.const", "Unable to find the user.", $"resource: {resource}");

    public static StandInError UsernameMissing(string name) => new(404, "app.user.get_by_username.app_error",
        "Unable to find an existing account matching your username for this team. This team may require an invite from the team owner to join.",
        $"resource: User id: username={name}");

    public static StandInError BadBody(string what) =>
        new(400, "api.context.invalid_body_param.app_error", $"Invalid or missing {what} in request body.");

    public static StandInError BadUrl(string what) =>
        new(400, "api.context.invalid_url_param.app_error", $"Invalid or missing {what} parameter in request URL.");

    public static StandInError ActionFailed() => new(400, "api.post.do_action.action_integration.app_error", "Action integration error.");

    public static StandInError CommandFailed(string trigger) =>
        new(500, "api.command.execute_command.failed.app_error", $"Command with a trigger of '{trigger}' failed.");

    public static StandInError CommandAnswered(string trigger, string status) =>
        new(500, "api.command.execute_command.failed_resp.app_error", $"Command with a trigger of '{trigger}' returned response {status}.");

    public static StandInError CommandNotPosted(string trigger) =>
        new(500, "api.command.execute_command.create_post_failed.app_error",
            $"Command '{trigger}' failed to post response. Please contact your System Administrator.");
}
