using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>The websocket of clients.</summary>
internal static class SocketRoutes
{
    public static void MapSocket(this IEndpointRouteBuilder routes, StandInState state) => routes.MapGet("/api/v4/websocket", async (HttpContext context) =>
    {
        if (!context.WebSockets.IsWebSocketRequest)
            throw new StandInError(400, "api.web_socket.connect.upgrade.app_error", "URL Blocked because of CORS. Url: .");

        var user = context.BearerToken() is null ? null : context.Session(state);
        var ending = context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, ending);
        using var socket = await context.WebSockets.AcceptWebSocketAsync();

        try
        {
            await state.Sockets.ServeAsync(socket, user, state.FindOwnerAsync, either.Token);
        }
        catch (Exception gone) when (gone is OperationCanceledException or WebSocketException)
        {
            // The client went without a word, or the server ends.
        }
    });
}
