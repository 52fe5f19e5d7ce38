namespace MmDrBot.Engine.Sources.Postgres;

/// <summary>What a database and our role in it are like.</summary>
public sealed record DatabaseExam
{
    /// <summary>PostgreSQL's release, such as "15.14".</summary>
    public required string Release { get; init; }

    /// <summary>The first number of it.</summary>
    public required int Major { get; init; }

    /// <summary>Bytes on the server's disk.</summary>
    public required long Bytes { get; init; }

    /// <summary>Whom we sign in as.</summary>
    public required string Role { get; init; }

    /// <summary>The server's clock, when it was asked.</summary>
    public required DateTimeOffset Clock { get; init; }

    /// <summary>Tables and sequences that the role may not read, by schema and name; at most twenty.</summary>
    public required IReadOnlyList<string> Unreadable { get; init; }

    /// <summary>Tables of which row level security hides rows from the role; at most twenty.</summary>
    public required IReadOnlyList<string> Filtered { get; init; }
}
