using Microsoft.Extensions.DependencyInjection;

namespace MmDrBot.Mattermost.Tests;

/// <summary>The client as a program registers it.</summary>
internal sealed class Client : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public Client(Uri url, string token, TimeProvider? time = null, Uri? siteUrl = null)
    {
        var services = new ServiceCollection();

        if (time is not null)
            services.AddSingleton(time);

        services.AddMattermostClient(_ => new() { BaseUrl = url, SiteUrl = siteUrl, Token = _ => ValueTask.FromResult(token) });
        _services = services.BuildServiceProvider();
    }

    public IMattermostApi Api => _services.GetRequiredService<IMattermostApi>();

    public ResponseUrlClient ResponseUrls => _services.GetRequiredService<ResponseUrlClient>();

    public MattermostServer Server => _services.GetRequiredService<MattermostServer>();

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
