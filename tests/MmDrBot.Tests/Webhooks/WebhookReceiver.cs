using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MmDrBot.Tests.Webhooks;

/// <summary>A real receiver on loopback: keeps what comes, and answers as it is told.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private WebhookReceiver(WebApplication app) => _app = app;

    internal Uri Url => new(new Uri(_app.Urls.First()), "/hooks/mmdr?token=of-the-receiver");

    internal ConcurrentQueue<ReceivedEvent> Received { get; } = new();

    /// <summary>How it answers; 200 unless it is told otherwise.</summary>
    internal Func<HttpContext, Task> Answer { get; set; } = _ => Task.CompletedTask;

    internal static async Task<WebhookReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new WebhookReceiver(builder.Build());
        receiver._app.Map("/{**path}", receiver.TakeAsync);
        await receiver._app.StartAsync();
        return receiver;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    internal void AnswerStatus(int status, string body = "") => Answer = context =>
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(body);
    };

    private async Task TakeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        string Header(string name) => context.Request.Headers[name].ToString();
        Received.Enqueue(new ReceivedEvent(context.Request.Method, context.Request.Path + context.Request.QueryString, Header("Webhook-Id"), Header("Webhook-Timestamp"), Header("Webhook-Signature"), Header("Content-Type"), body));
        await Answer(context);
    }
}
