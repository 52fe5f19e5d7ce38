using MmDrBot.Access;
using MmDrBot.Engine.Verification;
using MmDrBot.Protection;

namespace MmDrBot.Features.Verification;

/// <summary>Lists what verifications and drills found, newest first, as the repository's records have it.</summary>
internal sealed class ListVerifications(RepositoryProvider repositories, TimeProvider time)
{
    /// <param name="restorePoint">Only of this one: an id, the first digits of it, or latest; null: of all.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<IReadOnlyList<VerificationView>> HandleAsync(string? restorePoint, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ViewRestorePoints);
        var repository = await repositories.OpenCachedAsync(cancellationToken);
        return await EngineRefusals.TranslateAsync(async () =>
        {
            var wanted = restorePoint is { Length: > 0 } ? (await repository.FindRestorePointAsync(restorePoint, cancellationToken)).Id : default;
            var book = await TrustBook.ReadAsync(repository, time.GetUtcNow(), cancellationToken);
            return book.Records.Reverse().Where(record => restorePoint is not { Length: > 0 } || record.RestorePoint == wanted).Select(VerificationView.Of).ToArray();
        });
    }
}

/// <summary>One verification as the doors show it.</summary>
internal sealed record VerificationView
{
    /// <summary>The record's id in the repository.</summary>
    public required string Id { get; init; }

    public required string RestorePoint { get; init; }

    /// <summary>structure, data, drill or boot.</summary>
    public required string Level { get; init; }

    public required bool Good { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset FinishedAt { get; init; }

    /// <summary>How long the restore of a drill took.</summary>
    public double? RestoreSeconds { get; init; }

    /// <summary>What was wrong.</summary>
    public IReadOnlyList<string> Damage { get; init; } = [];

    /// <summary>What a drill could not tell, and why.</summary>
    public IReadOnlyList<string> NotProven { get; init; } = [];

    /// <summary>What Mattermost did not do on what was restored and is right.</summary>
    public IReadOnlyList<string> BootFaults { get; init; } = [];

    public required string Host { get; init; }

    public required string Program { get; init; }

    internal static VerificationView Of(VerificationRecord record) => new()
    {
        Id = record.Id.ToString(),
        RestorePoint = record.RestorePoint.ToString(),
        Level = EnumText.Of(record.Level),
        Good = record.Good,
        StartedAt = record.StartedAt,
        FinishedAt = record.FinishedAt,
        RestoreSeconds = record.RestoreSeconds,
        Damage = record.Damage,
        NotProven = record.NotProven,
        BootFaults = record.BootFaults,
        Host = record.Host,
        Program = record.Program,
    };
}
