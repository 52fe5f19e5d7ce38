using MmDrBot.Access;

namespace MmDrBot.Api;

/// <summary>Lists come in pages: a Link header (RFC 8288) names the next one as long as there is one.</summary>
internal static class Pages
{
    private const int Default = 50, Maximum = 500, LongestCursor = 128;

    /// <param name="context">The request.</param>
    /// <param name="query">Which page.</param>
    /// <param name="read">Reads that many items that come after the cursor.</param>
    /// <param name="cursorOf">The cursor of an item; the next page begins behind it.</param>
    /// <exception cref="Refusal">Invalid: the limit or the cursor.</exception>
    internal static async Task<IReadOnlyList<T>> ReadAsync<T>(HttpContext context, PageQuery query, Func<int, string?, Task<IReadOnlyList<T>>> read, Func<T, string> cursorOf)
    {
        var limit = query.Limit ?? Default;
        if (limit is < 1 or > Maximum)
        {
            throw new Refusal(RefusalReason.Invalid, $"limit is a number from 1 to {Maximum}.", $"Without it a page holds {Default}.");
        }

        if (query.After is { Length: 0 or > LongestCursor })
        {
            throw NoCursor(query.After);
        }

        // One more than wanted tells whether there is a further page.
        var items = await read(limit + 1, query.After);
        if (items.Count <= limit)
        {
            return items;
        }

        context.Response.Headers.Link = $"<{Next(context.Request, limit, cursorOf(items[limit - 1]))}>; rel=\"next\"";
        return [.. items.Take(limit)];
    }

    /// <summary>For what is listed by ids that sort by time, whether that item is still there or not.</summary>
    /// <exception cref="Refusal">Invalid: the cursor is no such id.</exception>
    internal static Task<IReadOnlyList<T>> ReadByTimeAsync<T>(HttpContext context, PageQuery query, Func<int, string?, Task<IReadOnlyList<T>>> read, Func<T, string> idOf) =>
        ReadAsync(context, query, (limit, after) => after is null || TimedId.IsWhole(after) ? read(limit, after) : throw NoCursor(after), idOf);

    /// <summary>For lists that are read whole.</summary>
    /// <exception cref="Refusal">Invalid: no item has this cursor.</exception>
    internal static IReadOnlyList<T> Slice<T>(IReadOnlyList<T> all, int limit, string? after, Func<T, string> cursorOf)
    {
        var begin = after is null ? 0 : all.Select(cursorOf).ToList().IndexOf(after) + 1;
        return after is not null && begin == 0 ? throw NoCursor(after) : [.. all.Skip(begin).Take(limit)];
    }

    internal static Refusal NoCursor(string? after) =>
        new(RefusalReason.Invalid, $"No page ends at {Short(after ?? "")}.", "Take `after` from the Link header of the page before, or leave it out to begin anew.");

    private static string Short(string text) => text.Length > 40 ? text[..40] + "..." : text;

    private static string Next(HttpRequest request, int limit, string after)
    {
        var others = request.Query.Where(pair => pair.Key is not ("limit" or "after"));
        return request.PathBase + request.Path + QueryString.Create([.. others, new("limit", $"{limit}"), new("after", after)]);
    }
}
