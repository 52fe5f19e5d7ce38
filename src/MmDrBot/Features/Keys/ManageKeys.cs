using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Engine.Repositories;
using MmDrBot.Protection;

namespace MmDrBot.Features.Keys;

/// <summary>Lists, adds and removes the keys that open the repository.</summary>
internal sealed class ManageKeys(RepositoryProvider repositories, AuditTrailWriter audit, TimeProvider time)
{
    public async Task<IReadOnlyList<KeySlotInfo>> ListAsync(Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageRepository);
        var repository = await repositories.OpenAsync(cancellationToken);
        return await EngineRefusals.TranslateAsync(() => RepositoryAccess.KeySlotsAsync(repository, cancellationToken));
    }

    public async Task<string> AddAsync(string passphrase, string? label, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageKeys);
        RequireLabel(label);
        RequireStrength(passphrase);
        var repository = await repositories.OpenAsync(cancellationToken);
        var id = await EngineRefusals.TranslateAsync(() => RepositoryAccess.AddPassphraseAsync(repository, new RepositorySecret(passphrase), label, time, cancellationToken));
        await audit.RecordAsync(actor, "key.added", id.ToString(), cancellationToken);
        return id.ToString();
    }

    public async Task<(string Id, string Text)> AddRecoveryAsync(string? label, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageKeys);
        RequireLabel(label);
        var repository = await repositories.OpenAsync(cancellationToken);
        var (id, text) = await EngineRefusals.TranslateAsync(() => RepositoryAccess.AddRecoveryKeyAsync(repository, label, time, cancellationToken));
        await audit.RecordAsync(actor, "key.recovery_added", id.ToString(), cancellationToken);
        return (id.ToString(), text);
    }

    public async Task<string> RemoveAsync(string prefix, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageKeys);
        var repository = await repositories.OpenAsync(cancellationToken);
        using var alone = repositories.LockForMaintenance(repository);
        var id = await EngineRefusals.TranslateAsync(() => RepositoryAccess.RemoveKeySlotAsync(repository, prefix, actor.Name, time, cancellationToken));
        await audit.RecordAsync(actor, "key.removed", id.ToString(), cancellationToken);
        return id.ToString();
    }

    private static void RequireLabel(string? label)
    {
        if (label is { Length: > 64 } || label?.Any(char.IsControl) is true)
        {
            throw new Refusal(RefusalReason.Invalid, "A label is one line of at most 64 characters.");
        }
    }

    /// <summary>Whoever gets at the store can try passphrases for as long as they like.</summary>
    private static void RequireStrength(string passphrase)
    {
        if (passphrase.Length is < 12 or > 1024)
        {
            throw new Refusal(RefusalReason.Invalid, "A passphrase has 12 to 1024 characters.", "`openssl rand -base64 24` makes a good one; a recovery key is one as well.");
        }
    }
}
