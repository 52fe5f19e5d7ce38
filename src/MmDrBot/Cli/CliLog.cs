namespace MmDrBot.Cli;

internal static partial class CliLog
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "Unexpected failure ({Reference})")]
    public static partial void Unexpected(ILogger logger, Exception exception, string reference);
}
