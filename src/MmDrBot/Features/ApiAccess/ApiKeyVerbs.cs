using System.CommandLine;
using MmDrBot.Access;
using MmDrBot.ApiKeys;
using MmDrBot.Verbs;

namespace MmDrBot.Features.ApiAccess;

internal sealed class ApiKeyCreateVerb(ManageApiKeys keys, TimeProvider time) : Verb
{
    private readonly Argument<string> _name = new("NAME") { Description = "Who uses it, such as monitoring.", Arity = ArgumentArity.ExactlyOne };
    private readonly Option<string[]> _allow = new("--allow") { Description = $"What it may do: {string.Join(", ", ManageApiKeys.Grantable.Select(EnumText.Of))}. Default: the first four and cancel_job.", AllowMultipleArgumentsPerToken = true, HelpName = "PERMISSION" };
    private readonly Option<int?> _days = new("--days") { Description = "Days until it expires; without, it does not.", HelpName = "N" };

    internal override string Path => "api-key create";

    internal override string Description => "Makes a key for the REST door and prints it, once.";

    internal override IReadOnlyList<string> Examples => ["api-key create monitoring --allow view_status view_restore_points --days 365"];

    internal override void Shape(Command command)
    {
        command.Arguments.Add(_name);
        command.Options.Add(_allow);
        command.Options.Add(_days);
    }

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var permissions = (invocation.Value(_allow) ?? []).Select(Permission).ToHashSet();
        var granted = permissions.Count > 0 ? permissions : [.. ManageApiKeys.Grantable[..5]];
        var expires = invocation.Value(_days) is { } days ? time.GetUtcNow().AddDays(days) : (DateTimeOffset?)null;
        var issued = await keys.CreateAsync(new NewApiKey(invocation.Value(_name)!, granted, expires), invocation.Actor, cancellationToken);
        return Reply.Of($"API key, shown this once:\n\n    {issued.Secret}\n\nIt may: {string.Join(", ", granted.Order().Select(EnumText.Of))}. Send it as `Authorization: Bearer ...`.", new { prefix = issued.Key.Prefix, key = issued.Secret, permissions = granted.Order().Select(EnumText.Of), expiresAt = expires });
    }

    private static Permission Permission(string text) =>
        ManageApiKeys.Grantable.Where(permission => EnumText.Of(permission) == text).ToArray() is [var known]
            ? known
            : throw new Refusal(RefusalReason.Invalid, $"{text} is no permission that a key can have.", $"There are {string.Join(", ", ManageApiKeys.Grantable.Select(EnumText.Of))}.");
}

internal sealed class ApiKeyListVerb(ManageApiKeys keys) : Verb
{
    internal override string Path => "api-key list";

    internal override string Description => "Lists the keys of the REST door.";

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var list = await keys.ListAsync(invocation.Actor, cancellationToken);
        return new Reply
        {
            Text = list.Count == 0 ? "There is no API key. `api-key create NAME` makes one." : null,
            Table = list.Count == 0 ? null : new ReplyTable(["Prefix", "Name", "May", "Last used", "State"], [.. list.Select(Row)]),
            Json = list.Select(key => new { prefix = key.Prefix, name = key.Name, permissions = key.Permissions.Order().Select(EnumText.Of), createdAt = key.CreatedAt, lastUsedAt = key.LastUsedAt, expiresAt = key.ExpiresAt, revokedAt = key.RevokedAt }),
        };
    }

    private static IReadOnlyList<string> Row(ApiKey key) =>
        [key.Prefix, key.Name, string.Join(" ", key.Permissions.Order().Select(EnumText.Of)), key.LastUsedAt is { } used ? Words.Time(used) : "never", key.RevokedAt is not null ? "revoked" : key.ExpiresAt is { } until ? $"until {Words.Time(until)}" : "valid"];
}

internal sealed class ApiKeyRevokeVerb(ManageApiKeys keys) : Verb
{
    private readonly Argument<string> _prefix = new("PREFIX") { Description = "The key's prefix, as the list shows it.", Arity = ArgumentArity.ExactlyOne };

    internal override string Path => "api-key revoke";

    internal override string Description => "Revokes a key at once.";

    internal override void Shape(Command command) => command.Arguments.Add(_prefix);

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var prefix = invocation.Value(_prefix)!;
        await keys.RevokeAsync(prefix, invocation.Actor, cancellationToken);
        return Reply.Of($"API key `{prefix}` is revoked.", new { revoked = prefix });
    }
}
