using MmDrBot.Access;
using MmDrBot.Mattermost;
using MmDrBot.Settings;

namespace MmDrBot.Registration;

/// <summary>
/// Tells whether a slash command comes from Mattermost: by the tokens of the settings, and by the hashes of those that were registered.
/// Another process may register at any time, so the hashes are read again now and then, and at once for a token that nobody knows.
/// </summary>
internal sealed class KnownCommandTokens(TeamCommandStore commands, AppSettings settings, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(15);

    /// <summary>So often at most, whatever strangers send.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _once = new(1);
    private IReadOnlyList<string> _hashes = [];
    private DateTimeOffset _readAt = DateTimeOffset.MinValue;

    internal async Task<bool> KnowsAsync(SlashCommandRequest request, CancellationToken cancellationToken)
    {
        await RefreshAsync(Lifetime, cancellationToken);
        if (Knows(request))
        {
            return true;
        }

        await RefreshAsync(Pause, cancellationToken);
        return Knows(request);
    }

    public void Dispose() => _once.Dispose();

    /// <summary>Compares with every token, whichever fits, so that time tells nothing.</summary>
    private bool Knows(SlashCommandRequest request) => settings.Mattermost.CommandTokens.Count(request.HasToken) + _hashes.Count(request.HasTokenHash) > 0;

    private async Task RefreshAsync(TimeSpan age, CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() - _readAt < age)
        {
            return;
        }

        await _once.WaitAsync(cancellationToken);
        try
        {
            if (time.GetUtcNow() - _readAt >= age)
            {
                _hashes = [.. (await commands.ListAsync(cancellationToken)).Select(command => command.TokenHash)];
                _readAt = time.GetUtcNow();
            }
        }
        catch (Refusal)
        {
            // The state is away: what was known stays known, and the next request tries again.
            _readAt = time.GetUtcNow() - age + Pause;
        }
        finally
        {
            _once.Release();
        }
    }
}
