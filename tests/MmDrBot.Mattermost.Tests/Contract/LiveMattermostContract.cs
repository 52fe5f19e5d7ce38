namespace MmDrBot.Mattermost.Tests;

/// <summary>The contract, kept by a real server; see <see cref="LiveMattermost"/>.</summary>
public sealed class LiveMattermostContract : MattermostContract
{
    protected override Task<MattermostScene> FurnishAsync() => LiveMattermost.FurnishAsync();

    protected override Task ClearAsync() => Task.CompletedTask;
}
