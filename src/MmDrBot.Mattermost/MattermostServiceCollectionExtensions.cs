using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Refit;

namespace MmDrBot.Mattermost;

/// <summary>Registers the client.</summary>
public static class MattermostServiceCollectionExtensions
{
    private const string ResponseUrlClientName = "MmDrBot.Mattermost.ResponseUrl";

    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Adds <see cref="IMattermostApi"/>, <see cref="ResponseUrlClient"/> and <see cref="MattermostServer"/>.
    /// A registered <see cref="TimeProvider"/> measures waits and time limits.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="baseUrl">Address of the server.</param>
    /// <param name="token">Gives the bot's access token; asked before every attempt.</param>
    public static IServiceCollection AddMattermostClient(this IServiceCollection services, Uri baseUrl, Func<CancellationToken, ValueTask<string>> token) =>
        services.AddMattermostClient(_ => new() { BaseUrl = baseUrl, Token = token });

    /// <summary>The same with all options, read when the first client is made.</summary>
    /// <exception cref="ArgumentException">When that happens: an address is not http or https.</exception>
    public static IServiceCollection AddMattermostClient(this IServiceCollection services, Func<IServiceProvider, MattermostClientOptions> options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<MattermostServer>();
        services.AddSingleton(provider => Validated(options(provider)));
        services.AddApi();
        services.AddResponseUrls();

        return services;
    }

    private static void AddApi(this IServiceCollection services)
    {
        var client = services.AddRefitGeneratedClient<IMattermostApi>(_ => RefitSetup.Create())
            .ConfigureHttpClient((provider, http) =>
            {
                http.BaseAddress = OptionsOf(provider).BaseUrl;
                http.Timeout = Timeout.InfiniteTimeSpan; // the pipeline keeps the time
            })
            .AsOneHandler();

        client.AddHttpMessageHandler(() => new TransportHandler());
        client.AddResilienceHandler("mattermost", (builder, context) =>
            RetryPolicy.Configure(builder, OptionsOf(context.ServiceProvider), context.ServiceProvider.GetRequiredService<TimeProvider>()));
        client.AddHttpMessageHandler(provider => new BearerTokenHandler(OptionsOf(provider).Token));
        client.AddHttpMessageHandler(provider => new AnswerHandler(provider.GetRequiredService<MattermostServer>(), provider.GetRequiredService<TimeProvider>()));
    }

    private static void AddResponseUrls(this IServiceCollection services)
    {
        services.AddHttpClient(ResponseUrlClientName, (provider, http) => http.Timeout = OptionsOf(provider).Timeout)
            .AsOneHandler()
            .RemoveAllLoggers(); // they would write the addresses, which are secrets

        services.AddSingleton(provider => new ResponseUrlClient(
            provider.GetRequiredService<IHttpClientFactory>().CreateClient(ResponseUrlClientName),
            new ResponseUrlPolicy(Servers(OptionsOf(provider)))));
    }

    // Redirects are not followed: they would carry the token or the answer to another host. Cookies are not kept.
    private static IHttpClientBuilder AsOneHandler(this IHttpClientBuilder client) => client
        .UseSocketsHttpHandler((handler, _) =>
        {
            handler.AllowAutoRedirect = false;
            handler.UseCookies = false;
            handler.PooledConnectionLifetime = ConnectionLifetime;
        })
        .SetHandlerLifetime(Timeout.InfiniteTimeSpan);

    private static MattermostClientOptions OptionsOf(IServiceProvider provider) => provider.GetRequiredService<MattermostClientOptions>();

    private static MattermostClientOptions Validated(MattermostClientOptions options)
    {
        options.Validate();

        return options;
    }

    private static Uri[] Servers(MattermostClientOptions options) =>
        options.SiteUrl is { } site ? [options.BaseUrl, site] : [options.BaseUrl];
}
