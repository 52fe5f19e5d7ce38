using MmDrBot.Access;
using MmDrBot.ApiKeys;
using MmDrBot.Data;

namespace MmDrBot.Features.ApiAccess;

/// <summary>Creates, lists, rotates and revokes the keys of the REST door.</summary>
internal sealed class ManageApiKeys(ApiKeyStore keys, StateDatabase state, TimeProvider time)
{
    /// <summary>How many of them, from the first on, a key has that was made without saying what it may do.</summary>
    internal const int Defaults = 5;

    private const int LongestOverlapHours = 30 * 24, LongestLifeDays = 3650;

    /// <summary>What a key may be given. Those that lead to everything else (restore, keys of any kind) it has only if they were named.</summary>
    internal static readonly Permission[] Grantable =
    [
        Permission.ViewStatus, Permission.ViewRestorePoints, Permission.TakeBackup, Permission.Verify, Permission.CancelJob, Permission.ViewAudit, Permission.ManageRepository,
        Permission.ManageSchedules, Permission.ManageOutages, Permission.ConvertAccounts, Permission.ApproveOperations, Permission.PinRestorePoints, Permission.ReleaseHolds, Permission.ManageRegistration, Permission.ManageWebhooks, Permission.ManageAlarms, Permission.SignOffAccounts, Permission.Restore, Permission.ManageKeys, Permission.ManageApiKeys,
    ];

    public async Task<IssuedApiKey> CreateAsync(NewApiKey request, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageApiKeys);
        if (request.Name.Length is 0 or > 64 || request.Name.Any(char.IsControl))
        {
            throw new Refusal(RefusalReason.Invalid, "A key's name has 1 to 64 characters, in one line.");
        }

        RequireGrantable(request.Permissions, actor);
        await RequireNoLongerLifeAsync(request.ExpiresAt, actor, cancellationToken);
        return await state.InTransactionAsync((transaction, token) => keys.CreateAsync(transaction, request, actor, token), cancellationToken);
    }

    public async Task<IReadOnlyList<ApiKey>> ListAsync(Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageApiKeys);
        return await keys.ListAsync(cancellationToken);
    }

    /// <exception cref="Refusal">NotFound.</exception>
    public async Task<ApiKey> GetAsync(string prefix, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageApiKeys);
        return await keys.GetAsync(prefix, cancellationToken) ?? throw new Refusal(RefusalReason.NotFound, $"There is no API key {prefix}.", "List the keys to see their prefixes.");
    }

    /// <summary>The answer holds the new secret; whoever gets it can do what the old key could, so no more may be had than the actor has.</summary>
    public async Task<IssuedApiKey> RotateAsync(RotatedApiKey request, Actor actor, CancellationToken cancellationToken)
    {
        var old = await GetAsync(request.Prefix, actor, cancellationToken);
        RequireHeld(old.Permissions, actor);
        if (actor.Door is Door.Rest && actor.Name != $"api-key:{old.Prefix}" && old.Permissions.Overlaps([Permission.ManageApiKeys, Permission.ApproveOperations]))
        {
            throw new Refusal(RefusalReason.Forbidden, "Another key that manages keys, or approves, is rotated on the host only.", $"`mmdr api-key rotate {old.Prefix}` does it.");
        }

        await RequireNoLongerLifeAsync(request.ExpiresAt ?? old.ExpiresAt, actor, cancellationToken);
        return await state.InTransactionAsync((transaction, token) => keys.RotateAsync(transaction, request, actor, token), cancellationToken);
    }

    public async Task RevokeAsync(string prefix, string? expectedVersion, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageApiKeys);
        await state.InTransactionAsync((transaction, token) => keys.RevokeAsync(transaction, prefix, expectedVersion, actor, token), cancellationToken);
    }

    /// <exception cref="Refusal">Invalid: out of range.</exception>
    internal DateTimeOffset? ExpiryIn(int? days) => days switch
    {
        null => null,
        >= 1 and <= LongestLifeDays => time.GetUtcNow().AddDays(days.Value),
        _ => throw new Refusal(RefusalReason.Invalid, $"A key lives 1 to {LongestLifeDays} days."),
    };

    /// <exception cref="Refusal">Invalid: out of range.</exception>
    internal static TimeSpan Overlap(double hours) => hours is >= 0 and <= LongestOverlapHours
        ? TimeSpan.FromHours(hours)
        : throw new Refusal(RefusalReason.Invalid, $"The overlap is 0 to {LongestOverlapHours} hours.");

    /// <exception cref="Refusal">Invalid: a key can't have this.</exception>
    internal static Permission ParsePermission(string? text) =>
        Grantable.Where(permission => EnumText.Of(permission) == text).ToArray() is [var known]
            ? known
            : throw new Refusal(RefusalReason.Invalid, $"{text} is no permission that a key can have.", $"There are {string.Join(", ", Grantable.Select(EnumText.Of))}.");

    private static void RequireGrantable(IReadOnlySet<Permission> permissions, Actor actor)
    {
        if (permissions.Count == 0)
        {
            throw new Refusal(RefusalReason.Invalid, "Say what the key may do.", $"There are {string.Join(", ", Grantable.Select(EnumText.Of))}.");
        }

        RequireHeld(permissions, actor);
        if (actor.Door is Door.Rest && (permissions.Contains(Permission.ManageApiKeys) || permissions.Contains(Permission.ApproveOperations)))
        {
            throw new Refusal(RefusalReason.Forbidden, "A key that manages keys, or approves, is made on the host only.", "`mmdr api-key create NAME --allow ...` makes one.");
        }
    }

    private static void RequireHeld(IReadOnlySet<Permission> permissions, Actor actor)
    {
        if (permissions.Except(actor.Permissions).ToArray() is { Length: > 0 } missing)
        {
            throw new Refusal(RefusalReason.Forbidden, $"{actor.Name} can't give what it does not have: {string.Join(", ", missing.Order().Select(EnumText.Of))}.", "Do this on the host with `mmdr api-key`.");
        }
    }

    /// <summary>What a key makes does not outlive it, or it would live on in its children.</summary>
    private async Task RequireNoLongerLifeAsync(DateTimeOffset? expiresAt, Actor actor, CancellationToken cancellationToken)
    {
        var own = actor.Door is Door.Rest ? await keys.GetAsync(actor.Name[(actor.Name.IndexOf(':', StringComparison.Ordinal) + 1)..], cancellationToken) : null;
        if (own?.ExpiresAt is { } end && !(expiresAt <= end))
        {
            throw new Refusal(RefusalReason.Forbidden, $"{actor.Name} expires on {end:yyyy-MM-dd HH:mm} UTC; what it makes can't live longer.", "Give fewer days, or do this on the host with `mmdr api-key`.");
        }
    }
}
