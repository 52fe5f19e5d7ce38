using MmDrBot.Access;
using MmDrBot.Data;
using MmDrBot.Sealing;
using MmDrBot.Settings;

namespace MmDrBot.Registration;

/// <summary>
/// The token that the service acts with in Mattermost: that of the settings, else the one that the set-up made and that the state holds
/// under seal. Another process may make one at any time, so it is read again now and then.
/// </summary>
internal sealed class BotCredentialStore(StateDatabase state, ServiceSecret secret, AppSettings settings, TimeProvider time)
{
    private const string Purpose = "mattermost token";
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(15);
    private volatile Cached? _cached;

    /// <summary>Whether the token is one of the settings: the sealed one, if there is one, then rests.</summary>
    internal bool IsInSettings => settings.Mattermost.Token is { Length: > 0 };

    /// <exception cref="Refusal">Invalid: there is none. Damaged: the service's secret is another than when it was sealed. Unavailable: the state is away.</exception>
    internal async ValueTask<string> TokenAsync(CancellationToken cancellationToken)
    {
        if (settings.Mattermost.Token is { Length: > 0 } given)
        {
            return given;
        }

        if (_cached is { } cached && time.GetUtcNow() - cached.At < Lifetime)
        {
            return cached.Token;
        }

        var credential = await FindAsync(cancellationToken) ?? throw new Refusal(
            RefusalReason.Invalid,
            "There is no access token for Mattermost's API: MMDR_Mattermost__Token is not set, and none was made.",
            "`mmdr mattermost register --admin-token-file FILE` makes the bot account and its token; or set MMDR_Mattermost__TokenFile.");
        var token = SealedText.Open(secret.KeyFor(Purpose), credential.UserId, credential.SealedToken);
        _cached = new Cached(token, time.GetUtcNow());
        return token;
    }

    internal Task<BotCredential?> FindAsync(CancellationToken cancellationToken) => state.ReadAsync(
        (transaction, token) => transaction.FirstOrDefaultAsync<BotCredential>("select user_id, username, token_id, sealed_token from mattermost_bot where id = 1", values: null, token),
        cancellationToken);

    /// <exception cref="Refusal">Unavailable: there is no secret to seal with.</exception>
    internal string Seal(string userId, string token) => SealedText.Seal(secret.KeyFor(Purpose), userId, token);

    internal async Task SaveAsync(StateTransaction transaction, BotCredential credential, Actor actor, CancellationToken cancellationToken)
    {
        await transaction.ExecuteAsync("delete from mattermost_bot", values: null, cancellationToken);
        await transaction.ExecuteAsync(
            "insert into mattermost_bot (id, user_id, username, token_id, sealed_token, made_by, made_at) values (1, @UserId, @Username, @TokenId, @SealedToken, @By, @At)",
            new { credential.UserId, credential.Username, credential.TokenId, credential.SealedToken, By = actor.Name, At = time.GetUtcNow().ToUnixTimeMilliseconds() },
            cancellationToken);
        transaction.AfterCommit(() => _cached = null);
    }

    internal async Task ForgetAsync(StateTransaction transaction, CancellationToken cancellationToken)
    {
        await transaction.ExecuteAsync("delete from mattermost_bot", values: null, cancellationToken);
        transaction.AfterCommit(() => _cached = null);
    }

    private sealed record Cached(string Token, DateTimeOffset At);
}
