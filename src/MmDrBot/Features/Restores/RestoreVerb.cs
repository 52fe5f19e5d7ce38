using System.CommandLine;
using System.Globalization;
using MmDrBot.Access;
using MmDrBot.Engine.Restore;
using MmDrBot.Interactions;
using MmDrBot.Jobs;
using MmDrBot.Settings;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Restores;

internal sealed class RestoreVerb(StartRestore start, PlanRestore plan, ShowPlan show, ConfirmRestore confirm, RestorePlaces places, JobReports reports) : Verb
{
    private readonly Argument<string?> _id = new("ID") { Description = "Its id, the first digits of it, or `latest`.", Arity = ArgumentArity.ZeroOrOne, CompletionSources = { "latest" } };
    private readonly Option<string?> _to = new("--to") { Description = "A target that the settings name, or `server`: the protected Mattermost itself. In chat no other targets can be named.", HelpName = "NAME" };
    private readonly Option<string[]> _only = new("--only") { Description = "With --to, only these components: database, files, config; may be repeated.", HelpName = "COMPONENT", CompletionSources = { "database", "files", "config" } };
    private readonly Option<string?> _database = new("--database") { Description = "The database to fill: postgres://user:password@host/name, empty; or a file that holds this (@FILE).", HelpName = "URI" };
    private readonly Option<bool> _create = new("--create") { Description = "Make that database first." };
    private readonly Option<string?> _files = new("--files") { Description = "The directory, or the bucket and prefix (s3://bucket/prefix), that receives the file store's contents.", HelpName = "DIR|S3-URL" };
    private readonly Option<string?> _config = new("--config") { Description = "The directory that receives the configuration's contents; of a configuration in a database of its own, that database (postgres://..., or @FILE).", HelpName = "DIR|URI" };
    private readonly Option<bool> _overwrite = new("--overwrite") { Description = "Drop what the targets hold; --plan says what that is." };
    private readonly Option<bool> _searchLater = new("--search-later") { Description = "Build the search indexes at the end, when Mattermost may run already: it is back sooner, and its search slow meanwhile." };
    private readonly Option<string[]> _path = new("--path") { Description = "Only this file or directory, such as 20260101/teams; may be repeated.", HelpName = "PATH" };
    private readonly Option<string?> _owner = new("--owner") { Description = "Give restored files to this user and group.", HelpName = "USER:GROUP" };
    private readonly Option<bool> _plan = new("--plan", "--dry-run") { Description = "Only say what would be done." };

    private readonly Option<string?> _repository = RepositoryOption.Make();
    private readonly Option<string?> _confirm = new("--confirm") { Description = "Carry out the plan that this job showed in chat.", HelpName = "JOB" };

    internal override string Path => "restore";

    internal override bool InChat => true;

    internal override string Description => "Restores a restore point into a database and directories, or a bucket. Needs only the repository and its key.";

    internal override IReadOnlyList<string> Examples =>
    [
        "restore latest --database postgres://mmuser@localhost/mattermost --create --files /opt/mattermost/data --config /opt/mattermost/config --plan",
        "restore latest --files s3://mattermost-files/prod --plan",
        "restore latest --repository offsite --files /srv/restored --plan",
        "restore 3f9a12c0 --files /tmp/found --path 20260101/teams",
        "restore latest --database @/root/target --search-later",
        "restore latest --to spare",
    ];

    internal override string Details =>
        "Neither Mattermost nor the state is needed: the repository, its key and PostgreSQL's client tools are enough. What is not named is not restored. Targets have to be empty unless --overwrite is given; --plan shows beforehand what would be written and dropped. A restore that was interrupted may be run again as it is.\n\nWith Mattermost's own database or directories as targets, stop Mattermost first, or let MMDR_Restore__StopCommand do it.\n\nIn chat the plan comes first, with a button that carries out exactly that, once, within the hour.";

    internal override IReadOnlyList<Option> OnHostAlone => [_database, _files, _config];

    internal override void Shape(Command command)
    {
        command.Arguments.Add(_id);
        foreach (var option in new Option[] { _to, _only, _database, _create, _files, _config, _overwrite, _searchLater, _path, _owner, _repository, _plan, _confirm })
        {
            command.Options.Add(option);
        }
    }

    internal override Form Form => new("Restore", Permission.Restore)
    {
        Submit = "Show the plan",
        Introduction = "Nothing is changed yet: the plan is shown first, with a button that carries it out.",
        Fields =
        [
            new("ID", "Restore point", FormFieldKind.Line) { MaxLength = 64, Initial = "latest", Property = nameof(StartRestoreRequest.RestorePoint), Help = "Its id, the first digits of it, or `latest`; `/dr restore-points` lists them." },
            new("--to", "Where to", FormFieldKind.Choice) { Property = nameof(StartRestoreRequest.To), Choices = [.. Names.Select(name => (name == RestoreTargetOptions.Server ? "this Mattermost itself" : name, name))] },
            new("--only", "Only this part", FormFieldKind.Choice) { Optional = true, Property = nameof(StartRestoreRequest.Only), Choices = [.. RestorePlaces.Components.Select(name => (name, name))], Placeholder = "everything" },
            new("--overwrite", "Overwrite", FormFieldKind.Yes) { Optional = true, Placeholder = "Drop what the target holds; the plan says what that is." },
            new("--create", "Make the database", FormFieldKind.Yes) { Optional = true, Placeholder = "Make the database first, where it does not exist." },
        ],
    };

    private IReadOnlyList<string> Names => places?.Names ?? [RestoreTargetOptions.Server];

    internal override bool Asks(Invocation invocation) =>
        invocation.Value(_confirm) is null && !HasAddresses(invocation) && (invocation.Value(_id) is null || invocation.Value(_to) is null);

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var isChat = invocation.Actor.Door is Door.Chat;
        if (isChat && HasAddresses(invocation))
        {
            invocation.Actor.Require(Permission.Restore);
            throw RestoreRules.Unnamed(Names);
        }

        if (invocation.Value(_confirm) is { } plan)
        {
            return await FollowAsync(await confirm.HandleAsync(plan, invocation.Actor, invocation.Jobs.Launch, cancellationToken), invocation, cancellationToken);
        }

        return isChat
            ? await FollowAsync(await show.HandleAsync(RequestOf(invocation, RestoreAddresses.None), invocation.Actor, invocation.Jobs.Launch, cancellationToken), invocation, cancellationToken)
            : await RunOnHostAsync(invocation, cancellationToken);
    }

    private bool HasAddresses(Invocation invocation) => invocation.Value(_database) is not null || invocation.Value(_files) is not null || invocation.Value(_config) is not null;

    private async Task<Reply> FollowAsync(Job job, Invocation invocation, CancellationToken cancellationToken) => reports.Of(await invocation.Jobs.FollowAsync(job, cancellationToken));

    private async Task<Reply> RunOnHostAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var config = invocation.Value(_config);
        var addresses = new RestoreAddresses(
            await TargetAddress.ReadAsync("--database", invocation.Value(_database), cancellationToken),
            TargetAddress.IsMeant(config) ? await TargetAddress.ReadAsync("--config", config, cancellationToken) : null);
        var request = RequestOf(invocation, addresses);
        if (invocation.Value(_plan))
        {
            return Draw(await plan.HandleAsync(request, addresses, invocation.Actor, cancellationToken));
        }

        return await FollowAsync(await start.HandleAsync(request, addresses, invocation.Actor, invocation.Jobs.Launch, cancellationToken), invocation, cancellationToken);
    }

    private StartRestoreRequest RequestOf(Invocation invocation, RestoreAddresses addresses) => new()
    {
        RestorePoint = invocation.Value(_id) ?? "",
        To = invocation.Value(_to),
        Only = [.. (invocation.Value(_only) ?? []).SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))],
        Database = addresses.Database is not null,
        Create = invocation.Value(_create),
        Files = invocation.Value(_files),
        Config = addresses.Config is null ? invocation.Value(_config) : null,
        ConfigDatabase = addresses.Config is not null,
        Overwrite = invocation.Value(_overwrite),
        SearchLater = invocation.Value(_searchLater),
        Paths = invocation.Value(_path) ?? [],
        Owner = invocation.Value(_owner),
        Repository = invocation.Value(_repository),
    };

    private static Reply Draw(PlannedRestore planned) => new()
    {
        Text = $"Restore point `{Words.Short(planned.RestorePoint)}` would be restored; nothing was changed.",
        Table = new ReplyTable(["Component", "Target", "Found there", "To write", "Items", "Drops"], [.. planned.Steps.Select(Row)]),
        Footer = string.Join('\n', planned.Warnings.Select(warning => $"Note: {warning}").Concat(planned.Refusals.Count == 0 ? [] : new[] { "It would be refused: " + string.Join(" ", planned.Refusals) })) is { Length: > 0 } footer ? footer : null,
        Json = planned,
        ExitCode = planned.Refusals.Count == 0 ? ExitCodes.Ok : ExitCodes.Failed,
    };

    private static IReadOnlyList<string> Row(RestoreStep step) =>
        [step.Component, step.Target, step.Found, Words.Bytes(step.Bytes), step.Items.ToString(CultureInfo.InvariantCulture), step.Drops ?? "nothing"];
}
