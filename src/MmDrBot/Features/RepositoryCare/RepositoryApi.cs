using Microsoft.AspNetCore.Http.HttpResults;
using MmDrBot.Access;
using MmDrBot.Api;
using MmDrBot.Engine.ObjectStores;
using MmDrBot.Jobs;
using MmDrBot.Protection;

namespace MmDrBot.Features.RepositoryCare;

internal static class RepositoryApi
{
    private const double DefaultMinimumAgeHours = 24;

    internal static RouteGroupBuilder MapRepository(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/repository").WithTags("Repository");
        group.MapPost("/init", InitializeAsync).WithName("InitializeRepository").WithSummary("Makes the repository").WithDescription("At the place that the settings name, which must be empty.").Needs(Permission.ManageRepository).MayConflict();
        group.MapPost("/test", TestAsync).WithName("TestRepository").WithSummary("Tries whether the store keeps its promises").WithDescription("Those that a repository needs, and of a bucket its versions, locks, lifecycle rules and clock; leaves nothing behind that a lock or append-only keys do not hold.").Needs(Permission.ManageRepository);
        group.MapPost("/check", CheckAsync).WithName("CheckRepository").WithSummary("Checks that nothing is lost or damaged").WithDescription("`readShare`, 0 to 1, is the share of the packs that is read from end to end; none if left out.").Needs(Permission.Verify);
        group.MapPost("/read-back", ReadBackAsync).WithName("ReadBackRepository").WithSummary("Reads what was read the longest ago").WithDescription("`share`, more than 0 and at most 1, is how much of the repository; a day's turn if left out, so that every byte is read within 30 days. At most one runs for each repository.").Needs(Permission.Verify).MayNotFind().MayConflict();
        group.MapPost("/prune", PruneAsync).WithName("PruneRepository").WithSummary("Frees space in two phases").WithDescription("Condemns packs that nobody needs; a run a day later deletes them. At most one runs at a time.").Needs(Permission.ManageRepository).MayConflict();
        group.MapPost("/rebuild-index", RebuildAsync).WithName("RebuildIndex").WithSummary("Makes the index again from the packs").WithDescription("And repository.json if it is gone. At most one runs at a time.").Needs(Permission.ManageRepository).MayConflict();
        group.MapPost("/repair", RepairAsync).WithName("RepairRepository").WithSummary("Mends what is damaged or missing from another repository").WithDescription("Takes good copies, proven by the hashes in their names, from a repository with the same keys, or seals content anew out of one with another key; rebuilds indexes; lists what is lost by restore point, table and file. At most one runs for each repository.").Needs(Permission.ManageRepository).MayNotFind().MayConflict();
        group.MapPost("/extend-locks", ExtendLocksAsync).WithName("ExtendLocks").WithSummary("Locks what is still needed for longer").WithDescription("In a bucket with Object Lock; every backup does it too. At most one runs at a time.").Needs(Permission.ManageRepository).MayConflict();
        group.MapPost("/recover-hidden", RecoverHiddenAsync).WithName("RecoverHidden").WithSummary("Brings back what somebody hid or wrote over").WithDescription("In a bucket that keeps versions: what delete markers hide that this program did not make, and what lies below other bytes. At most one runs at a time.").Needs(Permission.ManageRepository).MayConflict();
        return group;
    }

    private static async Task<Accepted<JobAccepted>> RepairAsync(RepairBody? body, HttpContext context, RepairRepository repair) =>
        JobAccepted.Of(await repair.HandleAsync(new RepairRepositoryRequest(body?.Repository, body?.From, body?.ReadData ?? false, body?.DryRun ?? false), context.Actor(), new JobLaunch(), context.RequestAborted));

    private static async Task<Accepted<JobAccepted>> ExtendLocksAsync(HttpContext context, ExtendLocks extend, string? repository) =>
        JobAccepted.Of(await extend.HandleAsync(repository, context.Actor(), new JobLaunch(), context.RequestAborted));

    private static async Task<Accepted<JobAccepted>> RecoverHiddenAsync(RecoverHiddenBody? body, HttpContext context, RecoverHidden recover) =>
        JobAccepted.Of(await recover.HandleAsync(new RecoverHiddenRequest(body?.DryRun ?? false, body?.ForgottenSince, body?.Repository), context.Actor(), new JobLaunch(), context.RequestAborted));

    private static async Task<RepositoryView> InitializeAsync(HttpContext context, InitializeRepository initialize)
    {
        var (id, location) = await initialize.HandleAsync(context.Actor(), context.RequestAborted);
        return new RepositoryView(id, location);
    }

    private static async Task<StoreTestView> TestAsync(HttpContext context, TestRepository test, KnownRepositories repositories, string? repository)
    {
        var results = await test.HandleAsync(repository, context.Actor(), context.RequestAborted);
        return new StoreTestView(repositories.Get(repository).Location, results.All(result => result.Kept), results);
    }

    private static async Task<Accepted<JobAccepted>> CheckAsync(CheckBody? body, HttpContext context, CheckRepository check) =>
        JobAccepted.Of(await check.HandleAsync(new CheckRepositoryRequest(body?.ReadShare ?? 0) { Repository = body?.Repository }, context.Actor(), new JobLaunch(), context.RequestAborted));

    private static async Task<Accepted<JobAccepted>> ReadBackAsync(ReadBackBody? body, HttpContext context, ReadBackRepository readBack) =>
        JobAccepted.Of(await readBack.HandleAsync(new ReadBackRequest(body?.Share) { Repository = body?.Repository }, context.Actor(), new JobLaunch(), context.RequestAborted));

    private static async Task<Accepted<JobAccepted>> PruneAsync(PruneBody? body, HttpContext context, PruneRepository prune)
    {
        var request = new PruneRepositoryRequest(body?.DryRun ?? false, body?.MinimumAgeHours ?? DefaultMinimumAgeHours, body?.SoleWriter ?? false) { Repository = body?.Repository };
        return JobAccepted.Of(await prune.HandleAsync(request, context.Actor(), new JobLaunch(), context.RequestAborted));
    }

    private static async Task<Accepted<JobAccepted>> RebuildAsync(HttpContext context, RebuildIndex rebuild, string? repository) =>
        JobAccepted.Of(await rebuild.HandleAsync(repository, context.Actor(), new JobLaunch(), context.RequestAborted));

    /// <summary>The repository that was made.</summary>
    internal sealed record RepositoryView(string Repository, string Location);

    /// <summary>Which promises the store keeps.</summary>
    internal sealed record StoreTestView(string Location, bool Good, IReadOnlyList<ProbeResult> Results);

    /// <summary>How much to read.</summary>
    /// <param name="ReadShare">The share of the packs, 0 to 1.</param>
    /// <param name="Repository">Which repository: main if left out, or a copy by its name.</param>
    internal sealed record CheckBody(double? ReadShare, string? Repository);

    /// <summary>What to repair.</summary>
    /// <param name="Repository">Which repository: main if left out, or a copy by its name.</param>
    /// <param name="From">The one that good copies are taken from; if left out, a copy, rather one with the same keys, or for a copy main.</param>
    /// <param name="ReadData">Read every pack from end to end.</param>
    /// <param name="DryRun">Only say what would be done.</param>
    internal sealed record RepairBody(string? Repository, string? From, bool? ReadData, bool? DryRun);

    /// <summary>How much to read back.</summary>
    /// <param name="Share">The share of the repository's bytes, more than 0 and at most 1.</param>
    /// <param name="Repository">Which repository: main if left out, or a copy by its name.</param>
    internal sealed record ReadBackBody(double? Share, string? Repository);

    /// <summary>How to recover.</summary>
    /// <param name="DryRun">Only say what would come back.</param>
    /// <param name="ForgottenSince">Also takes back what was forgotten from this time on.</param>
    /// <param name="Repository">Which repository: main if left out, or a copy by its name.</param>
    internal sealed record RecoverHiddenBody(bool? DryRun, DateTimeOffset? ForgottenSince, string? Repository);

    /// <summary>How to prune.</summary>
    /// <param name="DryRun">Only say what would be done.</param>
    /// <param name="MinimumAgeHours">Hours that condemned packs stay before they go; 24 if left out.</param>
    /// <param name="SoleWriter">Nothing else uses the repository; needed on stores that do not refuse to overwrite.</param>
    /// <param name="Repository">Which repository: main if left out, or a copy by its name.</param>
    internal sealed record PruneBody(bool? DryRun, double? MinimumAgeHours, bool? SoleWriter, string? Repository);
}
