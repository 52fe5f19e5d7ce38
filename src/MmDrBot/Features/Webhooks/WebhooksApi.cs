using Microsoft.AspNetCore.Http.HttpResults;
using MmDrBot.Access;
using MmDrBot.Api;

namespace MmDrBot.Features.Webhooks;

internal static class WebhooksApi
{
    internal static RouteGroupBuilder MapWebhooks(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/webhooks").WithTags("Webhooks");
        group.MapGet("/", ListAsync).WithName("ListWebhooks").WithSummary("Lists the webhooks").WithDescription("In the order in which they were added.").Needs(Permission.ManageWebhooks);
        group.MapPost("/", AddAsync).WithName("AddWebhook").WithSummary("Adds a webhook").WithDescription("`secret` is the key of the signatures and shown this once. Without `events`, all.").ProducesProblem(StatusCodes.Status409Conflict).Needs(Permission.ManageWebhooks);
        group.MapDelete("/{id}", RemoveAsync).WithName("RemoveWebhook").WithSummary("Removes a webhook").WithDescription("With the log of its deliveries.").ProducesProblem(StatusCodes.Status404NotFound).Needs(Permission.ManageWebhooks);
        group.MapPost("/{id}/test", TestAsync).WithName("TestWebhook").WithSummary("Calls a webhook now").WithDescription("Answers what came of it; turns one on that was turned off, once it answers.").ProducesProblem(StatusCodes.Status404NotFound).Needs(Permission.ManageWebhooks);
        group.MapGet("/{id}/deliveries", DeliveriesOfAsync).WithName("ListWebhookDeliveries").WithSummary("Lists the deliveries of a webhook, newest first").WithDescription("What was sent, or will be; kept for 30 days.").ProducesProblem(StatusCodes.Status404NotFound).Needs(Permission.ManageWebhooks);
        group.MapGet("/deliveries", DeliveriesAsync).WithName("ListDeliveries").WithSummary("Lists all deliveries, newest first").WithDescription("What was sent, or will be; kept for 30 days.").Needs(Permission.ManageWebhooks);
        group.MapPost("/deliveries/{id}/redeliver", RedeliverAsync).WithName("RedeliverEvent").WithSummary("Sends an event once more").WithDescription("With the same `Webhook-Id`.").ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict).Needs(Permission.ManageWebhooks);
        return group;
    }

    private static async Task<IEnumerable<WebhookView>> ListAsync(HttpContext context, ListWebhooks list, [AsParameters] PageQuery page) =>
        await Pages.ReadAsync(context, page, async (limit, after) => Pages.Slice(await list.HandleAsync(context.Actor(), context.RequestAborted), limit, after, webhook => webhook.Id), webhook => webhook.Id);

    private static async Task<Created<AddedWebhook>> AddAsync(AddWebhookRequest request, HttpContext context, AddWebhook add)
    {
        context.HoldsSecret();
        var added = await add.HandleAsync(request with { Url = request.Url ?? "" }, context.Actor(), context.RequestAborted);
        return TypedResults.Created($"/api/v1/webhooks/{added.Webhook.Id}", added);
    }

    private static async Task<WebhookView> RemoveAsync(string id, HttpContext context, RemoveWebhook remove) => await remove.HandleAsync(id, context.Actor(), context.RequestAborted);

    private static async Task<DeliveryView> TestAsync(string id, HttpContext context, TestWebhook test) => await test.HandleAsync(id, context.Actor(), context.RequestAborted);

    private static async Task<IEnumerable<DeliveryView>> DeliveriesOfAsync(string id, HttpContext context, ListWebhooks list, [AsParameters] PageQuery page) =>
        await Pages.ReadByTimeAsync(context, page, (limit, after) => list.DeliveriesAsync(id, limit, after, context.Actor(), context.RequestAborted), delivery => delivery.Id);

    private static async Task<IEnumerable<DeliveryView>> DeliveriesAsync(HttpContext context, ListWebhooks list, [AsParameters] PageQuery page) =>
        await Pages.ReadByTimeAsync(context, page, (limit, after) => list.DeliveriesAsync(null, limit, after, context.Actor(), context.RequestAborted), delivery => delivery.Id);

    private static async Task<DeliveryView> RedeliverAsync(string id, HttpContext context, RedeliverEvent redeliver) => await redeliver.HandleAsync(id, context.Actor(), context.RequestAborted);
}
