using Microsoft.AspNetCore.Http.HttpResults;
using MmDrBot.Access;
using MmDrBot.Api;
using MmDrBot.Engine.Repositories;

namespace MmDrBot.Features.Keys;

internal static class KeysApi
{
    internal static RouteGroupBuilder MapKeys(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/repository/keys").WithTags("Repository");
        group.MapGet("/", ListAsync).WithName("ListRepositoryKeys").WithSummary("Lists the keys that open the repository").WithDescription("What they are for, never what they are.").Needs(Permission.ManageRepository);
        group.MapPost("/", AddAsync).WithName("AddRepositoryKey").WithSummary("Adds a passphrase or a recovery key").WithDescription("With `passphrase` that one, else a random recovery key, which is in this answer and nowhere else. No data is rewritten.").Needs(Permission.ManageKeys);
        group.MapDelete("/{id}", RemoveAsync).WithName("RemoveRepositoryKey").WithSummary("Removes a key").WithDescription("Never the last one. `id` may be cut to its first digits.").Needs(Permission.ManageKeys).MayNotFind().MayConflict();
        return group;
    }

    private static async Task<IEnumerable<KeyView>> ListAsync(HttpContext context, ManageKeys keys, [AsParameters] PageQuery page)
    {
        var slots = await Pages.ReadAsync(context, page, async (limit, after) => Pages.Slice(await keys.ListAsync(context.Actor(), context.RequestAborted), limit, after, slot => slot.Id.ToString()), slot => slot.Id.ToString());
        return slots.Select(KeyView.Of);
    }

    private static async Task<Created<AddedKeyView>> AddAsync(AddKeyBody body, HttpContext context, ManageKeys keys)
    {
        if (body.Passphrase is { } passphrase)
        {
            var id = await keys.AddAsync(passphrase, body.Label, context.Actor(), context.RequestAborted);
            context.DoNotStore();
            return TypedResults.Created("/api/v1/repository/keys", new AddedKeyView(id, null));
        }

        context.HoldsSecret();
        var (slot, text) = await keys.AddRecoveryAsync(body.Label, context.Actor(), context.RequestAborted);
        return TypedResults.Created("/api/v1/repository/keys", new AddedKeyView(slot, text));
    }

    private static async Task<RemovedKeyView> RemoveAsync(string id, HttpContext context, ManageKeys keys) =>
        new(await keys.RemoveAsync(id, context.Actor(), context.RequestAborted));

    /// <summary>A key to be added.</summary>
    /// <param name="Passphrase">The new passphrase, 12 to 1024 characters; null: a random recovery key is made.</param>
    /// <param name="Label">A word for the list of keys.</param>
    internal sealed record AddKeyBody(string? Passphrase, string? Label)
    {
        /// <summary>Keeps the passphrase out of logs.</summary>
        public override string ToString() => $"{Label} (***)";
    }

    /// <summary>A key that opens the repository.</summary>
    /// <param name="Id">64 hex digits.</param>
    /// <param name="Kind">`passphrase` or `recovery`.</param>
    /// <param name="Label">A word for the list.</param>
    /// <param name="CreatedAt">When it was added.</param>
    internal sealed record KeyView(string Id, string Kind, string? Label, DateTimeOffset CreatedAt)
    {
        internal static KeyView Of(KeySlotInfo slot) => new(slot.Id.ToString(), EnumText.Of(slot.Kind), slot.Label, slot.CreatedAt);
    }

    /// <summary>A key that was added.</summary>
    /// <param name="Id">64 hex digits.</param>
    /// <param name="RecoveryKey">The recovery key itself, shown this once; null for a passphrase.</param>
    internal sealed record AddedKeyView(string Id, string? RecoveryKey)
    {
        /// <summary>Keeps the secret out of logs.</summary>
        public override string ToString() => $"{Id} (***)";
    }

    /// <summary>The id of the key that is removed.</summary>
    internal sealed record RemovedKeyView(string Removed);
}
