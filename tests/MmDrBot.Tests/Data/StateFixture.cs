using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MmDrBot.ApiKeys;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Jobs;

namespace MmDrBot.Tests.Data;

/// <summary>The state's services over one new database, with a clock that stands still.</summary>
internal sealed class StateFixture : IAsyncDisposable
{
    private readonly StateDatabases _databases;
    private readonly ServiceProvider _services;

    public StateFixture(StateDatabases databases, Action<IServiceCollection>? configure = null)
    {
        _databases = databases;
        _services = Build(configure);
    }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public string ConnectionString => _databases.ConnectionString;

    public StateDatabase Database => Get<StateDatabase>();

    public AuditLog Audit => Get<AuditLog>();

    public ApiKeyStore ApiKeys => Get<ApiKeyStore>();

    public JobStore Jobs => Get<JobStore>();

    public JobQueue Queue => Get<JobQueue>();

    public JobTransitions Transitions => Get<JobTransitions>();

    public JobRunner Runner => Get<JobRunner>();

    public InterruptedJobs Interrupted => Get<InterruptedJobs>();

    public T Get<T>() where T : notnull => _services.GetRequiredService<T>();

    /// <summary>A second set of services on the same database, as a second process would have it.</summary>
    public ServiceProvider Build(Action<IServiceCollection>? configure)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(Clock);
        services.AddState(_databases.ConnectionString);
        configure?.Invoke(services);

        return services.BuildServiceProvider(validateScopes: true);
    }

    public Task<int> ExecuteAsync(string sql, object? values = null) =>
        Database.InTransactionAsync((transaction, token) => transaction.ExecuteAsync(sql, values, token), CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _databases.DisposeAsync();
    }
}
