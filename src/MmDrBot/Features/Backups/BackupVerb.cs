using System.CommandLine;
using MmDrBot.Access;
using MmDrBot.Interactions;
using MmDrBot.Settings;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Backups;

internal sealed class BackupVerb(StartBackup startBackup, JobReports reports) : Verb
{
    private readonly Option<string?> _label = new("--label") { Description = "A word for the list of restore points.", HelpName = "TEXT" };

    private readonly Option<string[]> _only = new("--only") { Description = "Only these components: database, config, files.", HelpName = "COMPONENT", CompletionSources = { "database", "config", "files" }, AllowMultipleArgumentsPerToken = true };

    private readonly Option<string[]> _copies = new("--copies") { Description = "Only for these copies, as the settings name them; `none` for no copy. Without: for all.", HelpName = "NAME", AllowMultipleArgumentsPerToken = true };

    private readonly Option<bool> _ask = new(Form.Ask) { Description = "Ask for label and components in a form. In chat alone." };

    internal override string Path => "backup";

    internal override string Description => "Takes a backup now: database, configuration and files as one restore point.";

    internal override bool InChat => true;

    internal override bool Schedulable => true;

    internal override IReadOnlyList<string> Examples => ["backup", "backup --label \"before the upgrade\"", "backup --only database", "backup --label hourly --copies near"];

    internal override string Details =>
        "Mattermost goes on working meanwhile. Database, configuration and files are consistent with each other, and nothing counts until the last byte is written. Exit code 3: the restore point is made, but something that is there could not be read.";

    internal override void Shape(Command command)
    {
        command.Options.Add(_label);
        command.Options.Add(_only);
        command.Options.Add(_copies);
        command.Options.Add(_ask);
    }

    internal override Form Form => new("Take a backup", Permission.TakeBackup)
    {
        Submit = "Take it",
        Introduction = "Database, configuration and files become one restore point while Mattermost goes on running.",
        Fields =
        [
            new("--label", "Label", FormFieldKind.Line) { Optional = true, MaxLength = 64, Property = nameof(StartBackupRequest.Label), Help = "A word for the list of restore points." },
            new("--only", "Only this part", FormFieldKind.Choice) { Optional = true, Property = nameof(StartBackupRequest.Components), Choices = [.. StartBackupValidator.Components.Select(name => (name, name))], Placeholder = "everything" },
        ],
    };

    internal override bool Asks(Invocation invocation) => invocation.Value(_ask);

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        if (invocation.Value(_ask))
        {
            throw new Refusal(RefusalReason.Invalid, "No form could be opened, so no backup was taken.", "Ask again in chat, or type what the form would ask for: `backup --label TEXT --only COMPONENT`; both may be left out.");
        }

        var request = new StartBackupRequest(invocation.Value(_label), Names(invocation, _only)) { Copies = CopiesIn(invocation) };
        var job = await startBackup.HandleAsync(request, invocation.Actor, invocation.Jobs.Launch, cancellationToken);
        return reports.Of(await invocation.Jobs.FollowAsync(job, cancellationToken));
    }

    private static string[] Names(Invocation invocation, Option<string[]> option) =>
        [.. (invocation.Value(option) ?? []).SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Distinct()];

    private IReadOnlyList<string>? CopiesIn(Invocation invocation) => Names(invocation, _copies) switch
    {
        // Said, but nothing: a script's empty variable must not mean all copies.
        [] when invocation.Value(_copies) is { Length: > 0 } => throw new Refusal(RefusalReason.Invalid, "A copy's name is missing.", "`--copies NAME`, or `--copies none`; without the option the backup is for all."),
        [] => null,
        [CopyFaults.None] => [],
        var names => names,
    };
}
