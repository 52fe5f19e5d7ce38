using Microsoft.Extensions.DependencyInjection;

namespace MmDrBot.Mattermost;

/// <summary>The API in somebody else's name, for as long as it is needed: the set-up by an administrator.</summary>
public sealed class MattermostSession : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private MattermostSession(ServiceProvider services) => _services = services;

    /// <summary>The calls.</summary>
    public IMattermostApi Api => _services.GetRequiredService<IMattermostApi>();

    /// <summary>What the answers told about the server.</summary>
    public MattermostServer Server => _services.GetRequiredService<MattermostServer>();

    /// <summary>Opens one; nothing is called yet.</summary>
    /// <param name="options">Where, and with whose token.</param>
    /// <param name="time">Measures waits and time limits.</param>
    public static MattermostSession Open(MattermostClientOptions options, TimeProvider time) =>
        new(new ServiceCollection().AddSingleton(time).AddMattermostClient(_ => options).BuildServiceProvider());

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
