namespace MmDrBot.Data;

/// <summary>
/// What the state remembers of damage: what checks found in a repository as a whole, and what was found in single restore points and packs.
/// Each stands until something that looked as far finds nothing; what was found in one of those is also over when that is gone.
/// </summary>
internal sealed class DamageFindings(StateDatabase database)
{
    /// <summary>Says what a check found; null where all is well. A check that read less does not overrule one that found damage by reading more.</summary>
    public async Task RecordCheckAsync(StateTransaction transaction, string repository, int readPercent, string? damage, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await transaction.ExecuteAsync(
            """
            insert into repository_checks (repository, checked_at, read_percent, damage) values (@repository, @at, @readPercent, @damage)
            on conflict (repository) do update set checked_at = excluded.checked_at, damage = excluded.damage,
                read_percent = case when excluded.damage is not null and repository_checks.damage is not null and repository_checks.read_percent > excluded.read_percent then repository_checks.read_percent else excluded.read_percent end
            where excluded.damage is not null or repository_checks.damage is null or excluded.read_percent >= repository_checks.read_percent
            """,
            new { repository, readPercent, damage, at = at.ToUnixTimeMilliseconds() },
            cancellationToken);
        if (damage is null)
        {
            await transaction.ExecuteAsync("delete from damage_findings where repository = @repository and read_percent <= @readPercent", new { repository, readPercent }, cancellationToken);
        }
    }

    /// <summary>Says what was found in one restore point or pack; null where it is whole as far as was read.</summary>
    public Task RecordAsync(StateTransaction transaction, string repository, string subject, int readPercent, string? damage, DateTimeOffset at, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(
            damage is null
                ? "delete from damage_findings where repository = @repository and subject = @subject and read_percent <= @readPercent"
                : """
                  insert into damage_findings (repository, subject, read_percent, found_at, damage) values (@repository, @subject, @readPercent, @at, @damage)
                  on conflict (repository, subject) do update set found_at = excluded.found_at, damage = excluded.damage,
                      read_percent = case when damage_findings.read_percent > excluded.read_percent then damage_findings.read_percent else excluded.read_percent end
                  """,
            new { repository, subject, readPercent, damage, at = at.ToUnixTimeMilliseconds() },
            cancellationToken);

    /// <summary>The restore point or pack is gone, and with it what was found in it.</summary>
    public static Task ForgetAsync(StateTransaction transaction, string repository, string subject, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync("delete from damage_findings where repository = @repository and subject = @subject", new { repository, subject }, cancellationToken);

    /// <summary>What was found and not disproved, that of whole repositories first.</summary>
    public Task<IReadOnlyList<DamageFinding>> ListAsync(CancellationToken cancellationToken) => database.ReadAsync(ListAsync, cancellationToken);

    /// <inheritdoc cref="ListAsync(CancellationToken)"/>
    public static async Task<IReadOnlyList<DamageFinding>> ListAsync(StateTransaction transaction, CancellationToken cancellationToken)
    {
        var rows = await transaction.QueryAsync<Row>(
            """
            select repository, '' as subject, read_percent, checked_at as found_at, damage from repository_checks where damage is not null
            union all
            select repository, subject, read_percent, found_at, damage from damage_findings
            order by subject, repository
            """,
            null,
            cancellationToken);
        return [.. rows.Select(row => new DamageFinding(row.Repository, row.Subject.Length == 0 ? null : row.Subject, (int)row.ReadPercent, DateTimeOffset.FromUnixTimeMilliseconds(row.FoundAt), row.Damage))];
    }

    private sealed class Row
    {
        public string Repository { get; init; } = "";

        public string Subject { get; init; } = "";

        public long ReadPercent { get; init; }

        public long FoundAt { get; init; }

        public string Damage { get; init; } = "";
    }
}

/// <summary>Damage that was found and not disproved.</summary>
/// <param name="Repository">`main`, or the copy's name.</param>
/// <param name="Subject">The id of the restore point that was verified, or the name of the pack that was read back; null where the repository was checked as a whole.</param>
/// <param name="ReadPercent">How much was read; less than that disproves nothing. More than 100: a restore found it.</param>
/// <param name="At">When it was found.</param>
/// <param name="Damage">The first of what was found.</param>
internal sealed record DamageFinding(string Repository, string? Subject, int ReadPercent, DateTimeOffset At, string Damage)
{
    private const string Packs = "packs/";

    internal bool IsOfRestorePoint => Subject?.StartsWith(Packs, StringComparison.Ordinal) is false;

    internal bool IsOfPack => Subject?.StartsWith(Packs, StringComparison.Ordinal) is true;

    /// <summary>The pack that a finding is about, by its name; null where it is about something else.</summary>
    internal static string? PackOf(string damage) => damage.StartsWith(Packs, StringComparison.Ordinal) ? damage.Split(' ', ':')[0] : null;
}
