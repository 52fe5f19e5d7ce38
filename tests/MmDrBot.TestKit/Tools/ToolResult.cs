namespace MmDrBot.TestKit.Tools;

/// <summary>What a finished program left behind.</summary>
public sealed record ToolResult(int ExitCode, string Output, string Error);
