using System.CommandLine;
using System.Globalization;
using MmDrBot.Engine.Restore;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Restores;

internal sealed class RestoreVerb(StartRestore start, PlanRestore plan, JobReports reports) : Verb
{
    private readonly Argument<string> _id = new("ID") { Description = "Its id, the first digits of it, or `latest`.", Arity = ArgumentArity.ExactlyOne, CompletionSources = { "latest" } };
    private readonly Option<string?> _database = new("--database") { Description = "The database to fill: postgres://user:password@host/name, empty; or a file that holds this (@FILE).", HelpName = "URI" };
    private readonly Option<bool> _create = new("--create") { Description = "Make that database first." };
    private readonly Option<string?> _files = new("--files") { Description = "The directory, or the bucket and prefix (s3://bucket/prefix), that receives the file store's contents.", HelpName = "DIR|S3-URL" };
    private readonly Option<string?> _config = new("--config") { Description = "The directory that receives the configuration's contents; of a configuration in a database of its own, that database (postgres://..., or @FILE).", HelpName = "DIR|URI" };
    private readonly Option<bool> _overwrite = new("--overwrite") { Description = "Drop what the targets hold; --plan says what that is." };
    private readonly Option<string[]> _path = new("--path") { Description = "Only this file or directory, such as 20260101/teams; may be repeated.", HelpName = "PATH" };
    private readonly Option<string?> _owner = new("--owner") { Description = "Give restored files to this user and group.", HelpName = "USER:GROUP" };
    private readonly Option<bool> _plan = new("--plan", "--dry-run") { Description = "Only say what would be done." };

    private readonly Option<string?> _repository = RepositoryOption.Make();

    internal override string Path => "restore";

    internal override string Description => "Restores a restore point into a database and directories, or a bucket. Needs only the repository and its key.";

    internal override IReadOnlyList<string> Examples =>
    [
        "restore latest --database postgres://mmuser@localhost/mattermost --create --files /opt/mattermost/data --config /opt/mattermost/config --plan",
        "restore latest --files s3://mattermost-files/prod --plan",
        "restore latest --repository offsite --files /srv/restored --plan",
        "restore 3f9a12c0 --files /tmp/found --path 20260101/teams",
    ];

    internal override string Details =>
        "Neither Mattermost nor the state is needed: the repository, its key and PostgreSQL's client tools are enough. What is not named is not restored. Targets have to be empty unless --overwrite is given; --plan shows beforehand what would be written and dropped. A restore that was interrupted may be run again as it is.\n\nWith Mattermost's own database or directories as targets, stop Mattermost first.";

    internal override void Shape(Command command)
    {
        command.Arguments.Add(_id);
        foreach (var option in new Option[] { _database, _create, _files, _config, _overwrite, _path, _owner, _repository, _plan })
        {
            command.Options.Add(option);
        }
    }

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var config = invocation.Value(_config);
        var addresses = new RestoreAddresses(
            await TargetAddress.ReadAsync("--database", invocation.Value(_database), cancellationToken),
            TargetAddress.IsMeant(config) ? await TargetAddress.ReadAsync("--config", config, cancellationToken) : null);
        var request = new StartRestoreRequest
        {
            RestorePoint = invocation.Value(_id)!,
            Database = addresses.Database is not null,
            Create = invocation.Value(_create),
            Files = invocation.Value(_files),
            Config = addresses.Config is null ? config : null,
            ConfigDatabase = addresses.Config is not null,
            Overwrite = invocation.Value(_overwrite),
            Paths = invocation.Value(_path) ?? [],
            Owner = invocation.Value(_owner),
            Repository = invocation.Value(_repository),
        };
        if (invocation.Value(_plan))
        {
            return Draw(await plan.HandleAsync(request, addresses, invocation.Actor, cancellationToken));
        }

        var job = await start.HandleAsync(request, addresses, invocation.Actor, invocation.Jobs.Launch, cancellationToken);
        return reports.Of(await invocation.Jobs.FollowAsync(job, cancellationToken));
    }

    private static Reply Draw(PlannedRestore planned) => new()
    {
        Text = $"Restore point `{Words.Short(planned.RestorePoint)}` would be restored; nothing was changed.",
        Table = new ReplyTable(["Component", "Target", "Found there", "To write", "Items", "Drops"], [.. planned.Steps.Select(Row)]),
        Footer = planned.Refusals.Count == 0 ? null : "It would be refused: " + string.Join(" ", planned.Refusals),
        Json = planned,
        ExitCode = planned.Refusals.Count == 0 ? ExitCodes.Ok : ExitCodes.Failed,
    };

    private static IReadOnlyList<string> Row(RestoreStep step) =>
        [step.Component, step.Target, step.Found, Words.Bytes(step.Bytes), step.Items.ToString(CultureInfo.InvariantCulture), step.Drops ?? "nothing"];
}
