using MmDrBot.Access;
using MmDrBot.Mattermost;

namespace MmDrBot.Sso;

/// <summary>Mattermost's API, opened when it is first needed: most commands do without.</summary>
internal sealed class MattermostGate(IServiceProvider services)
{
    private string? _botUserId;

    /// <exception cref="Refusal">Invalid: the settings name no server.</exception>
    internal IMattermostApi Api => services.GetRequiredService<IMattermostApi>();

    /// <summary>The id of the account that the token belongs to.</summary>
    /// <exception cref="Refusal">Unavailable: Mattermost does not answer, or knows no such token.</exception>
    internal async Task<string> BotUserIdAsync(CancellationToken cancellationToken)
    {
        try
        {
            return _botUserId ??= (await Api.GetMeAsync(cancellationToken)).Id;
        }
        catch (MattermostApiException failure)
        {
            throw Unreachable(failure);
        }
    }

    /// <summary>What the settings demand of those who sign in with a password; null where Mattermost does not show them.</summary>
    internal async Task<SignInRules?> SignInRulesAsync(CancellationToken cancellationToken)
    {
        try
        {
            return SignInRules.Of(await Api.GetConfigAsync(cancellationToken));
        }
        catch (MattermostApiException)
        {
            return null;
        }
    }

    internal static Refusal Unreachable(MattermostApiException failure) =>
        new(RefusalReason.Unavailable, $"Mattermost's API did not do it: {failure.Message}", "Check MMDR_Mattermost__Url and MMDR_Mattermost__Token; `sso status` shows what is true.", failure);
}
