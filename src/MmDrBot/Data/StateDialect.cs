namespace MmDrBot.Data;

internal enum StateDialect
{
    Sqlite,
    PostgreSql,
}
