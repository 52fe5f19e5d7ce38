using System.Net.Sockets;
using MmDrBot.Access;
using MmDrBot.Engine;
using Npgsql;

namespace MmDrBot.Protection;

/// <summary>Turns what the engine and the world below it throw into refusals; bugs stay what they are.</summary>
internal static class EngineRefusals
{
    internal static Refusal? From(Exception exception) => exception switch
    {
        EngineException known => new Refusal(ReasonOf(known.Fault), known.Message, known.Hint, known),
        PostgresException database => new Refusal(RefusalReason.Unavailable, $"The database refused: {database.MessageText}", $"SQLSTATE {database.SqlState}; PostgreSQL's log has more.", database),
        NpgsqlException or SocketException => new Refusal(RefusalReason.Unavailable, $"The connection to the database failed: {exception.Message}", "Check that PostgreSQL runs and can be reached, and try again.", exception),
        UnauthorizedAccessException => new Refusal(RefusalReason.Unavailable, exception.Message, "Run as a user who may read and write there (Mattermost's files belong to its own user).", exception),
        IOException => new Refusal(RefusalReason.Unavailable, exception.Message, "Look at the disk's free space and health, or the network; then try again.", exception),
        _ => null,
    };

    /// <summary>Runs work of the engine with its failures translated.</summary>
    internal static async Task<T> TranslateAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception exception) when (From(exception) is { } refusal)
        {
            throw refusal;
        }
    }

    private static RefusalReason ReasonOf(EngineFault fault) => fault switch
    {
        EngineFault.Invalid => RefusalReason.Invalid,
        EngineFault.NotFound => RefusalReason.NotFound,
        EngineFault.NoRepository => RefusalReason.NoRepository,
        EngineFault.WrongKey => RefusalReason.WrongKey,
        EngineFault.Locked => RefusalReason.Locked,
        EngineFault.Damaged => RefusalReason.Damaged,
        EngineFault.Conflict => RefusalReason.Conflict,
        _ => RefusalReason.Unavailable,
    };
}
