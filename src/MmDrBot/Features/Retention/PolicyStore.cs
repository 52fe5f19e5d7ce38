using System.Text.Json;
using MmDrBot.Access;
using MmDrBot.Data;
using MmDrBot.Engine.Keeping;
using MmDrBot.Jobs;
using MmDrBot.Protection;
using MmDrBot.Settings;

namespace MmDrBot.Features.Retention;

/// <summary>The policies that were set, one row each; the newest for a repository counts, and a row without a policy leaves it to the settings again.</summary>
internal sealed class PolicyStore(StateDatabase state, AppSettings settings)
{
    /// <summary>Where the state is out of reach, the settings count: a command on the host still gets an answer.</summary>
    internal async Task<CurrentPolicy> CurrentAsync(string repository, CancellationToken cancellationToken)
    {
        try
        {
            return await RequireAsync(repository, cancellationToken);
        }
        catch (Refusal unavailable) when (unavailable.Reason is RefusalReason.Unavailable)
        {
            return Of(repository, null) with { Unavailable = unavailable.Message };
        }
    }

    /// <summary>For whoever asks nobody: what somebody set must not give way to the settings unseen.</summary>
    /// <exception cref="Refusal">Unavailable: the state is out of reach.</exception>
    internal Task<CurrentPolicy> RequireAsync(string repository, CancellationToken cancellationToken) => state.ReadAsync((transaction, token) => CurrentAsync(transaction, repository, token), cancellationToken);

    internal async Task<CurrentPolicy> CurrentAsync(StateTransaction transaction, string repository, CancellationToken cancellationToken) =>
        Of(repository, await transaction.FirstOrDefaultAsync<Row>("select * from retention_policies where repository = @repository order by version desc limit 1", new { repository }, cancellationToken));

    /// <param name="transaction">The transaction.</param>
    /// <param name="repository">`main`, or a copy by its name.</param>
    /// <param name="policy">Null leaves it to the settings.</param>
    /// <param name="actor">Who sets it.</param>
    /// <param name="at">When.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    internal static async Task SetAsync(StateTransaction transaction, string repository, RetentionPolicy? policy, string actor, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await transaction.ExecuteAsync(
            "insert into retention_policies (version, repository, policy, set_by, set_at) select coalesce(max(version), 0) + 1, @repository, @policy, @actor, @at from retention_policies",
            new { repository, policy = policy is null ? null : JsonSerializer.Serialize(policy, JobLauncher.Json), actor, at = at.ToUnixTimeMilliseconds() },
            cancellationToken);
        await transaction.ExecuteAsync("delete from retention_agreements where repository = @repository", new { repository }, cancellationToken);
    }

    private CurrentPolicy Of(string repository, Row? row)
    {
        var set = row?.Policy is { } json ? JsonSerializer.Deserialize<RetentionPolicy>(json, JobLauncher.Json)! : null;
        var policy = set ?? (repository == KnownRepositories.Main ? settings.Retention : settings.Repositories.TryGetValue(repository, out var copy) ? copy.Retention : new RetentionPolicy());
        return new CurrentPolicy(repository, policy, set is not null ? "state" : policy.IsEmpty ? "none" : "settings", $"{row?.Version ?? 0}-{policy.Fingerprint}")
        {
            SetBy = set is null ? null : row!.SetBy,
            SetAt = set is null ? null : DateTimeOffset.FromUnixTimeMilliseconds(row!.SetAt),
        };
    }

    private sealed class Row
    {
        public long Version { get; init; }

        public string? Policy { get; init; }

        public string SetBy { get; init; } = "";

        public long SetAt { get; init; }
    }
}
