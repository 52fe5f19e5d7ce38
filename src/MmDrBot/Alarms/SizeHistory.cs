using MmDrBot.Alarms.Sources;
using MmDrBot.Data;

namespace MmDrBot.Alarms;

/// <summary>How large the repository was on each of the last days, as the first look of the day found it.</summary>
internal sealed class SizeHistory(StateDatabase database, RepositoryLook look)
{
    private const int KeptDays = 60;
    private (string Repository, long Day)? _noted;

    /// <summary>Remembers what was last looked at; of a day the first stays.</summary>
    internal async Task NoteAsync(CancellationToken cancellationToken)
    {
        if (look.Last is not { Bytes: { } bytes } picture || _noted == (picture.RepositoryId, DayOf(picture.At)))
        {
            return;
        }

        var (repository, day) = (picture.RepositoryId, DayOf(picture.At));
        await database.InTransactionAsync(
            async (transaction, token) =>
            {
                await transaction.ExecuteAsync(
                    "insert into repository_sizes (repository_id, day, measured_at, bytes) values (@repository, @day, @at, @bytes) on conflict do nothing",
                    new { repository, day, at = picture.At.ToUnixTimeMilliseconds(), bytes },
                    token);
                await transaction.ExecuteAsync("delete from repository_sizes where day < @oldest", new { oldest = day - KeptDays }, token);
            },
            cancellationToken);
        _noted = (repository, day);
    }

    /// <summary>Oldest first.</summary>
    internal async Task<IReadOnlyList<RepositorySize>> ListAsync(string repository, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(
            (transaction, token) => transaction.QueryAsync<Row>("select measured_at, bytes from repository_sizes where repository_id = @repository order by day", new { repository }, token), cancellationToken);
        return [.. rows.Select(row => new RepositorySize(DateTimeOffset.FromUnixTimeMilliseconds(row.MeasuredAt), row.Bytes))];
    }

    private static long DayOf(DateTimeOffset at) => at.ToUnixTimeSeconds() / 86_400;

    private sealed class Row
    {
        public long MeasuredAt { get; init; }

        public long Bytes { get; init; }
    }
}

/// <summary>How large the repository was.</summary>
/// <param name="At">When.</param>
/// <param name="Bytes">Bytes of all its objects.</param>
internal readonly record struct RepositorySize(DateTimeOffset At, long Bytes);
