using MmDrBot.Access;
using MmDrBot.ApiKeys;
using MmDrBot.Data;

namespace MmDrBot.Features.ApiAccess;

/// <summary>Creates, lists and revokes the keys of the REST door.</summary>
internal sealed class ManageApiKeys(ApiKeyStore keys, StateDatabase state)
{
    /// <summary>What a key may be given; never the right to make further keys.</summary>
    internal static readonly Permission[] Grantable = [Permission.ViewStatus, Permission.ViewRestorePoints, Permission.TakeBackup, Permission.Verify, Permission.CancelJob, Permission.ViewAudit, Permission.ManageRepository, Permission.ManageOutages, Permission.ConvertAccounts, Permission.ManageWebhooks];

    public async Task<IssuedApiKey> CreateAsync(NewApiKey request, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageApiKeys);
        return request.Name.Length is > 0 and <= 64
            ? await state.InTransactionAsync((transaction, token) => keys.CreateAsync(transaction, request, actor, token), cancellationToken)
            : throw new Refusal(RefusalReason.Invalid, "A key's name has 1 to 64 characters.");
    }

    public async Task<IReadOnlyList<ApiKey>> ListAsync(Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageApiKeys);
        return await keys.ListAsync(cancellationToken);
    }

    public async Task RevokeAsync(string prefix, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageApiKeys);
        await state.InTransactionAsync((transaction, token) => keys.RevokeAsync(transaction, prefix, actor, token), cancellationToken);
    }
}
