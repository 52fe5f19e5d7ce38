using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>
/// A server on loopback that answers as Mattermost 5.37 was seen to, for the calls that this product makes. Any other call is a
/// failure: it gets 501 and stands in <see cref="UnexpectedCalls"/>. Also good for a demonstration without a Mattermost.
/// </summary>
public sealed partial class MattermostStandIn : IAsyncDisposable
{
    private readonly StandInState _state;
    private readonly StandInJournal _journal = new();
    private readonly StandInFaults _faults = new();
    private readonly CommandRunner _runner;
    private readonly ActionRunner _actions;
    private readonly DialogRunner _dialogs;
    private readonly WebApplication _app;

    private MattermostStandIn(StandInOptions options)
    {
        _state = new(options);
        _state.Teams[_state.TeamId] = _state.Team;
        var replies = new CommandReplies(_state);
        _runner = new(_state, replies);
        _actions = new(_state);
        _dialogs = new(_state);
        _app = Build();
        MapAccounts(options);
        _app.MapPosts(_state);
        _app.MapActions(_state, _actions, _dialogs);
        _app.MapChannels(_state);
        _app.MapSystem(_state);
        _app.MapConfig(_state);
        _app.MapCommands(_state, _runner);
        _app.MapCommandWrites(_state);
        _app.MapTeams(_state);
        _app.MapBots(_state);
        _app.MapHooks(_state, replies);
        _app.MapSocket(_state);
        _app.MapFallback("{**path}", RefuseAsync);
        AddDefaults();
    }

    /// <summary>Where it listens.</summary>
    public Uri Url { get; private set; } = new("http://127.0.0.1");

    /// <summary>All calls so far, as <c>GET /api/v4/users/me</c>.</summary>
    public IReadOnlyList<string> Calls => _journal.Calls;

    /// <summary>Calls that no part of this server answers. A test should find none.</summary>
    public IReadOnlyList<string> UnexpectedCalls => _journal.Unexpected;

    /// <summary>Starts a server with one team and no accounts.</summary>
    public static Task<MattermostStandIn> StartAsync(CancellationToken cancellationToken) => StartAsync(new(), cancellationToken);

    /// <summary>The same with another version or clock.</summary>
    public static async Task<MattermostStandIn> StartAsync(StandInOptions options, CancellationToken cancellationToken)
    {
        var server = new MattermostStandIn(options);

        if (server._state.Accounts is { } accounts)
            await accounts.EnsureTablesAsync(cancellationToken);

        await server._app.StartAsync(cancellationToken);
        var addresses = server._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        server.Url = server.SiteUrl = new Uri(addresses.Addresses.Single());

        return server;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _runner.Dispose();
        _actions.Dispose();
        _dialogs.Dispose();

        if (_state.Accounts is { } accounts)
            await accounts.DisposeAsync();
    }

    private WebApplication Build()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.UseWebSockets();
        app.Use(HandleAsync);
        app.UseRouting();

        return app;
    }

    private async Task HandleAsync(HttpContext context, RequestDelegate next)
    {
        _journal.Note(Call(context));
        _load.Begin();
        context.Begin(_state.Options.Version);

        try
        {
            if (_state.Accounts is { } accounts)
                await accounts.AttachSessionAsync(context);

            await _faults.ApplyAsync(context, next);
        }
        catch (StandInError error)
        {
            await context.WriteErrorAsync(error);
        }
        catch (NpgsqlException failure)
        {
            await context.WriteErrorAsync(new(500, "app.user.get.app_error", "We encountered an error finding the account.", failure.Message));
        }
        finally
        {
            _load.End();
        }
    }

    private Task RefuseAsync(HttpContext context)
    {
        _journal.NoteUnexpected(Call(context));
        context.Response.StatusCode = StatusCodes.Status501NotImplemented;

        return context.Response.WriteAsync("the stand-in does not know this call", context.RequestAborted);
    }

    private static string Call(HttpContext context) => $"{context.Request.Method} {context.Request.Path}";
}
