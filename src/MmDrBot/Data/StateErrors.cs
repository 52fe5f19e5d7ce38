using System.Data.Common;
using Microsoft.Data.Sqlite;
using MmDrBot.Access;
using Npgsql;

namespace MmDrBot.Data;

/// <summary>Tells what an operator can mend from what is a bug, which stays as it was thrown.</summary>
internal static class StateErrors
{
    private const string Hint = "Check ConnectionStrings:State. Restoring and verifying work without the state database.";

    /// <summary>Whether the same transaction is likely to succeed when it is run again.</summary>
    public static bool IsConflict(DbException exception) => exception switch
    {
        SqliteException sqlite => sqlite.SqliteErrorCode is 5 or 6, // SQLITE_BUSY, SQLITE_LOCKED
        PostgresException postgres => postgres.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected,
        _ => false,
    };

    public static Refusal? ToRefusal(Exception exception) => exception switch
    {
        SqliteException { SqliteErrorCode: 11 or 26 } sqlite => // SQLITE_CORRUPT, SQLITE_NOTADB
            new(RefusalReason.Damaged, $"The state database is damaged: {sqlite.Message}", Hint, sqlite),
        // SQLITE_PERM, BUSY, LOCKED, READONLY, IOERR, FULL, CANTOPEN, PROTOCOL
        SqliteException { SqliteErrorCode: 3 or 5 or 6 or 8 or 10 or 13 or 14 or 15 } sqlite => Unavailable(sqlite),
        PostgresException { SqlState: PostgresErrorCodes.CharacterNotInRepertoire or PostgresErrorCodes.UntranslatableCharacter } text => // a NUL, or half a surrogate pair
            new(RefusalReason.Invalid, "A text holds a character that can't be stored.", "Leave out what is no printable character.", text),
        PostgresException postgres when !IsOfTheServer(postgres.SqlState) => null,
        NpgsqlException npgsql => Unavailable(npgsql),
        UnauthorizedAccessException or IOException => Unavailable(exception),
        _ => null,
    };

    private static Refusal Unavailable(Exception exception) =>
        new(RefusalReason.Unavailable, $"The state database cannot be used: {exception.Message}", Hint, exception);

    /// <summary>Connection, authorization, resources, operator intervention, no such database: not our statement's fault.</summary>
    private static bool IsOfTheServer(string sqlState) =>
        sqlState == PostgresErrorCodes.InsufficientPrivilege || sqlState[..2] is "08" or "28" or "3D" or "40" or "53" or "57" or "58";
}
