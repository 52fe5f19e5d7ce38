using System.CommandLine;

namespace MmDrBot.Verbs;

/// <summary>The option by which a verb that looks at the repository looks at a copy instead.</summary>
internal static class RepositoryOption
{
    internal static Option<string?> Make() => new("--repository") { Description = "Which repository: main (the default), or a copy by its name in the settings.", HelpName = "NAME" };
}
