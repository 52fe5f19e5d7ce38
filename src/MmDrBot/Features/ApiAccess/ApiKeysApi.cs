using Microsoft.AspNetCore.Http.HttpResults;
using MmDrBot.Access;
using MmDrBot.Api;
using MmDrBot.ApiKeys;

namespace MmDrBot.Features.ApiAccess;

internal static class ApiKeysApi
{
    private const double DefaultOverlapHours = 24;

    internal static RouteGroupBuilder MapApiKeys(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/api-keys").WithTags("API keys");
        group.MapGet("/", ListAsync).WithName("ListApiKeys").WithSummary("Lists API keys, newest first").WithDescription("Also those that have expired or were revoked; never their secrets.").Needs(Permission.ManageApiKeys);
        group.MapPost("/", CreateAsync).WithName("CreateApiKey").WithSummary("Makes an API key").WithDescription("Its secret is in this answer and nowhere else. A key gives no more than it holds, for no longer than it lives; one that manages keys is made on the host only.").Needs(Permission.ManageApiKeys);
        group.MapGet("/{prefix}", GetAsync).WithName("GetApiKey").WithSummary("Shows an API key").WithDescription("Its ETag goes into If-Match where it is changed.").Needs(Permission.ManageApiKeys).MayNotFind();
        group.MapPost("/{prefix}/rotate", RotateAsync).WithName("RotateApiKey").WithSummary("Makes a new key in the place of another").WithDescription("The new secret is in this answer and nowhere else. The old key stays valid for `overlapHours`, 24 if left out, at most 720.").Needs(Permission.ManageApiKeys).TakesIfMatch().MayNotFind().MayConflict();
        group.MapDelete("/{prefix}", RevokeAsync).WithName("RevokeApiKey").WithSummary("Revokes an API key at once").WithDescription("It stays listed.").Needs(Permission.ManageApiKeys).TakesIfMatch().MayNotFind();
        return group;
    }

    private static async Task<IEnumerable<ApiKeyView>> ListAsync(HttpContext context, ManageApiKeys keys, TimeProvider time, [AsParameters] PageQuery page)
    {
        var found = await Pages.ReadAsync(context, page, async (limit, after) => Pages.Slice(await keys.ListAsync(context.Actor(), context.RequestAborted), limit, after, key => key.Prefix), key => key.Prefix);
        return found.Select(key => ApiKeyView.Of(key, time.GetUtcNow()));
    }

    private static async Task<ApiKeyView> GetAsync(string prefix, HttpContext context, ManageApiKeys keys, TimeProvider time)
    {
        var key = await keys.GetAsync(prefix, context.Actor(), context.RequestAborted);
        context.SetETag(key.Version);
        return ApiKeyView.Of(key, time.GetUtcNow());
    }

    private static async Task<Created<IssuedView>> CreateAsync(NewKeyBody body, HttpContext context, ManageApiKeys keys, TimeProvider time)
    {
        var request = new NewApiKey(body.Name ?? "", (body.Permissions ?? []).Select(ManageApiKeys.ParsePermission).ToHashSet(), keys.ExpiryIn(body.Days));
        return Answer(await keys.CreateAsync(request, context.Actor(), context.RequestAborted), context, time);
    }

    private static async Task<Created<IssuedView>> RotateAsync(string prefix, RotateBody? body, HttpContext context, ManageApiKeys keys, TimeProvider time)
    {
        var request = new RotatedApiKey(prefix, ManageApiKeys.Overlap(body?.OverlapHours ?? DefaultOverlapHours), keys.ExpiryIn(body?.Days), context.IfMatch());
        return Answer(await keys.RotateAsync(request, context.Actor(), context.RequestAborted), context, time);
    }

    private static async Task<ApiKeyView> RevokeAsync(string prefix, HttpContext context, ManageApiKeys keys, TimeProvider time)
    {
        await keys.RevokeAsync(prefix, context.IfMatch(), context.Actor(), context.RequestAborted);
        return await GetAsync(prefix, context, keys, time);
    }

    private static Created<IssuedView> Answer(IssuedApiKey issued, HttpContext context, TimeProvider time)
    {
        context.HoldsSecret();
        context.SetETag(issued.Key.Version);
        return TypedResults.Created($"/api/v1/api-keys/{issued.Key.Prefix}", new IssuedView(issued.Secret, ApiKeyView.Of(issued.Key, time.GetUtcNow())));
    }

    /// <summary>A key to be made.</summary>
    /// <param name="Name">Who uses it: 1 to 64 characters.</param>
    /// <param name="Permissions">What it may do, such as `view_status`.</param>
    /// <param name="Days">Days until it expires, 1 to 3650; null: it does not.</param>
    internal sealed record NewKeyBody(string? Name, IReadOnlyList<string>? Permissions, int? Days);

    /// <summary>How a key is rotated.</summary>
    /// <param name="OverlapHours">Hours for which the old key stays valid, 0 to 720; null: 24.</param>
    /// <param name="Days">Days until the new key expires; null: when the old one would have.</param>
    internal sealed record RotateBody(double? OverlapHours, int? Days);

    /// <summary>A new key.</summary>
    /// <param name="Secret">The key itself, shown this once.</param>
    /// <param name="Key">What there is to know of it.</param>
    internal sealed record IssuedView(string Secret, ApiKeyView Key)
    {
        /// <summary>Keeps the secret out of logs.</summary>
        public override string ToString() => $"{Key.Prefix} (***)";
    }
}
