using Microsoft.AspNetCore.Http.HttpResults;
using MmDrBot.Access;
using MmDrBot.Api;
using MmDrBot.Jobs;

namespace MmDrBot.Features.Restores;

internal static class RestoresApi
{
    internal static RouteGroupBuilder MapRestores(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/restores").WithTags("Restores");
        group.MapPost("/", StartAsync).WithName("StartRestore").WithSummary("Restores a restore point").WithDescription("To a target that the settings name (`to`), or into a database and directories of the service's host; what they hold is dropped only with `overwrite`. The database's address is kept in the service's memory alone: a restart before the job begins ends it as failed. Ask for the plan first.").Needs(Permission.Restore).MayNotFind().MayConflict();
        group.MapPost("/plan", PlanAsync).WithName("PlanRestore").WithSummary("Says what a restore would do").WithDescription("Changes nothing. `refusals` says why it would be refused.").Needs(Permission.Restore).MayNotFind();
        return group;
    }

    private static async Task<Accepted<JobAccepted>> StartAsync(RestoreBody body, HttpContext context, StartRestore start) =>
        JobAccepted.Of(await start.HandleAsync(body.ToRequest(), body.ToAddresses(), context.Actor(), new JobLaunch(), context.RequestAborted));

    private static async Task<PlannedRestore> PlanAsync(RestoreBody body, HttpContext context, PlanRestore plan) =>
        await plan.HandleAsync(body.ToRequest(), body.ToAddresses(), context.Actor(), context.RequestAborted);

    /// <summary>What to restore where: `to`, or at least one of `database`, `files` and `config`.</summary>
    internal sealed record RestoreBody
    {
        /// <summary>Its id, the first digits of it, or `latest`.</summary>
        public string? RestorePoint { get; init; }

        /// <summary>A target that the settings name, or `server`: the protected Mattermost itself. In place of `database`, `files` and `config`.</summary>
        public string? To { get; init; }

        /// <summary>Only these components, where `to` is given: database, files, config.</summary>
        public IReadOnlyList<string>? Only { get; init; }

        /// <summary>The database to fill, such as postgres://user:password@host/name; a secret.</summary>
        public string? Database { get; init; }

        /// <summary>Make that database first.</summary>
        public bool Create { get; init; }

        /// <summary>The directory that receives the file store's contents.</summary>
        public string? Files { get; init; }

        /// <summary>The directory that receives the configuration's contents, or the database for those that lie in one; an address is a secret.</summary>
        public string? Config { get; init; }

        /// <summary>Drop what the targets hold; the plan says what that is.</summary>
        public bool Overwrite { get; init; }

        /// <summary>Build the database's search indexes at the end, when Mattermost may run already; until then its search for words is slow. Again for a database that lacks only these: it builds them.</summary>
        public bool SearchLater { get; init; }

        /// <summary>Only these files or directories, such as 20260101/teams.</summary>
        public IReadOnlyList<string>? Paths { get; init; }

        /// <summary>Give restored files to this user and group, such as mattermost:mattermost.</summary>
        public string? Owner { get; init; }

        /// <summary>Out of which repository: main if left out, or a copy by its name.</summary>
        public string? Repository { get; init; }

        /// <summary>Keeps the address out of logs.</summary>
        public override string ToString() => $"{RestorePoint} (***)";

        internal RestoreAddresses ToAddresses() => new(TargetAddress.OfBody("database", Database), TargetAddress.IsMeant(Config) ? TargetAddress.OfBody("config", Config) : null);

        internal StartRestoreRequest ToRequest() => new()
        {
            RestorePoint = RestorePoint ?? "",
            To = To,
            Only = Only ?? [],
            Database = Database is not null,
            Create = Create,
            Files = Files,
            Config = TargetAddress.IsMeant(Config) ? null : Config,
            ConfigDatabase = TargetAddress.IsMeant(Config),
            Overwrite = Overwrite,
            SearchLater = SearchLater,
            Paths = Paths ?? [],
            Owner = Owner,
            Repository = Repository,
        };
    }
}
