using System.CommandLine;

namespace MmDrBot.Cli;

/// <summary>The options that every verb has.</summary>
internal static class GlobalOptions
{
    internal static readonly Option<bool> Json = new("--json") { Description = "Print one JSON document and nothing else on standard output.", Recursive = true };
    internal static readonly Option<bool> Quiet = new("--quiet") { Description = "No progress and no notes.", Recursive = true };
    internal static readonly Option<bool> Verbose = new("--verbose") { Description = "Tell on standard error what is being done.", Recursive = true };
    internal static readonly Option<string?> BreakGlass = new("--break-glass") { Description = "In an emergency: do without the second person, for this reason; it is audited and announced.", Recursive = true, HelpName = "REASON" };

    internal static RootCommand Root() => new("Disaster recovery for a Mattermost server.") { Json, Quiet, Verbose, BreakGlass };
}
