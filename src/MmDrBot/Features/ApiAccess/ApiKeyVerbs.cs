using System.CommandLine;
using MmDrBot.Access;
using MmDrBot.ApiKeys;
using MmDrBot.Verbs;

namespace MmDrBot.Features.ApiAccess;

internal sealed class ApiKeyCreateVerb(ManageApiKeys keys) : Verb
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
        var permissions = (invocation.Value(_allow) ?? []).Select(ManageApiKeys.ParsePermission).ToHashSet();
        var granted = permissions.Count > 0 ? permissions : [.. ManageApiKeys.Grantable[..ManageApiKeys.Defaults]];
        var expires = keys.ExpiryIn(invocation.Value(_days));
        var issued = await keys.CreateAsync(new NewApiKey(invocation.Value(_name)!, granted, expires), invocation.Actor, cancellationToken);
        return Reply.Of($"API key, shown this once:\n\n    {issued.Secret}\n\nIt may: {string.Join(", ", granted.Order().Select(EnumText.Of))}. Send it as `Authorization: Bearer ...`.", new { prefix = issued.Key.Prefix, key = issued.Secret, permissions = granted.Order().Select(EnumText.Of), expiresAt = expires });
    }
}

internal sealed class ApiKeyListVerb(ManageApiKeys keys, TimeProvider time) : Verb
{
    internal override string Path => "api-key list";

    internal override string Description => "Lists the keys of the REST door.";

    internal override IReadOnlyList<string> Examples => ["api-key list", "api-key list --json"];

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var list = (await keys.ListAsync(invocation.Actor, cancellationToken)).Select(key => ApiKeyView.Of(key, now)).ToArray();
        return new Reply
        {
            Text = list.Length == 0 ? "There is no API key. `api-key create NAME` makes one." : null,
            Table = list.Length == 0 ? null : new ReplyTable(["Prefix", "Name", "May", "Last used", "State"], [.. list.Select(Row)]),
            Json = list,
        };
    }

    private static IReadOnlyList<string> Row(ApiKeyView key) =>
        [key.Prefix, key.Name, string.Join(" ", key.Permissions), key.LastUsedAt is { } used ? Words.Time(used) : "never", StateOf(key)];

    private static string StateOf(ApiKeyView key) => (key.State, key.ExpiresAt, key.ReplacedBy) switch
    {
        ("valid", { } until, { } next) => $"until {Words.Time(until)}, replaced by {next}",
        ("valid", { } until, null) => $"until {Words.Time(until)}",
        _ => key.State,
    };
}

internal sealed class ApiKeyRotateVerb(ManageApiKeys keys) : Verb
{
    private readonly Argument<string> _prefix = new("PREFIX") { Description = "The key's prefix, as the list shows it.", Arity = ArgumentArity.ExactlyOne };
    private readonly Option<double> _overlap = new("--overlap") { Description = "Hours for which the old key stays valid.", DefaultValueFactory = _ => 24, HelpName = "HOURS" };
    private readonly Option<int?> _days = new("--days") { Description = "Days until the new key expires; without, when the old one would have.", HelpName = "N" };

    internal override string Path => "api-key rotate";

    internal override string Description => "Makes a new key in the place of another and prints it, once. The old one stays valid for a day.";

    internal override IReadOnlyList<string> Examples => ["api-key rotate 7k2m9qx4", "api-key rotate 7k2m9qx4 --overlap 0"];

    internal override void Shape(Command command)
    {
        command.Arguments.Add(_prefix);
        command.Options.Add(_overlap);
        command.Options.Add(_days);
    }

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var (prefix, overlap) = (invocation.Value(_prefix)!, ManageApiKeys.Overlap(invocation.Value(_overlap)));
        var issued = await keys.RotateAsync(new RotatedApiKey(prefix, overlap, keys.ExpiryIn(invocation.Value(_days))), invocation.Actor, cancellationToken);
        var old = await keys.GetAsync(prefix, invocation.Actor, cancellationToken);
        return Reply.Of($"API key in the place of `{prefix}`, shown this once:\n\n    {issued.Secret}\n\nThe old one ends {Words.Time(old.ExpiresAt!.Value)}.", new { prefix = issued.Key.Prefix, key = issued.Secret, expiresAt = issued.Key.ExpiresAt, replaces = prefix, oldExpiresAt = old.ExpiresAt });
    }
}

internal sealed class ApiKeyRevokeVerb(ManageApiKeys keys) : Verb
{
    private readonly Argument<string> _prefix = new("PREFIX") { Description = "The key's prefix, as the list shows it.", Arity = ArgumentArity.ExactlyOne };

    internal override string Path => "api-key revoke";

    internal override string Description => "Revokes a key at once.";

    internal override IReadOnlyList<string> Examples => ["api-key revoke 7k2m9qx4"];

    internal override void Shape(Command command) => command.Arguments.Add(_prefix);

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var prefix = invocation.Value(_prefix)!;
        await keys.RevokeAsync(prefix, null, invocation.Actor, cancellationToken);
        return Reply.Of($"API key `{prefix}` is revoked.", new { revoked = prefix });
    }
}
