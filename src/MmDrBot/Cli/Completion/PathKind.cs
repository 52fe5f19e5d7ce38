namespace MmDrBot.Cli.Completion;

/// <summary>Whether an option's value is a path.</summary>
internal enum PathKind
{
    None,
    File,
    Directory,
}
