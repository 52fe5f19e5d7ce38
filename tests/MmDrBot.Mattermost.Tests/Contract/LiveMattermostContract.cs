using MmDrBot.TestKit.Mattermost;

namespace MmDrBot.Mattermost.Tests;

/// <summary>The contract, kept by a real server; see <see cref="LiveMattermost"/>.</summary>
public sealed class LiveMattermostContract : MattermostContract
{
    private MattermostScene? _furnished;

    protected override async Task<MattermostScene> FurnishAsync() => _furnished = await LiveMattermost.FurnishAsync();

    protected override Task ClearAsync() => LiveMattermost.ClearAsync(_furnished!);
}
