using System.CommandLine;
using MmDrBot.Access;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Verification;
using MmDrBot.Protection;
using MmDrBot.Verbs;

namespace MmDrBot.Features.RestorePoints;

internal sealed class RestorePointVerb(ShowRestorePoint show) : Verb
{
    private readonly Argument<string> _id = new("ID") { Description = "Its id, the first digits of it, or `latest`.", Arity = ArgumentArity.ExactlyOne, CompletionSources = { "latest" } };

    private readonly Option<string?> _repository = RepositoryOption.Make();

    internal override string Path => "restore-point";

    internal override string Description => "Shows one restore point.";

    internal override bool InChat => true;

    internal override IReadOnlyList<string> Examples => ["restore-point latest", "restore-point 3f9a12c0"];

    internal override void Shape(Command command)
    {
        command.Arguments.Add(_id);
        command.Options.Add(_repository);
    }

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var (point, trust) = await show.HandleAsync(invocation.Value(_id)!, invocation.Value(_repository), invocation.Actor, cancellationToken);
        var view = await show.ViewAsync(invocation.Value(_repository), point, trust, cancellationToken);
        return Reply.Of(string.Join('\n', Lines(point, trust, invocation).Concat(view.Pins.Select(pin => PinLine(pin, invocation)))), view);
    }

    private static string PinLine(PinView pin, Invocation invocation) =>
        $"{(pin.Kind == "hold" ? $"Under legal hold (`{Words.Short(pin.Id)}`)" : "Pinned")} by {pin.By} since {invocation.Time(pin.At)}{(pin.Reason is null ? "" : $": {Words.Code(pin.Reason)}")}.";

    private static IEnumerable<string> Lines(RestorePoint point, PointTrust trust, Invocation invocation)
    {
        yield return $"**Restore point** `{point.Id}`";
        yield return $"Taken {invocation.Time(point.CreatedAt)} on {point.Host} in {Words.Duration(point.FinishedAt - point.CreatedAt)} by {point.Program}{(point.Label is null ? "" : $", label {Words.Code(point.Label)}")}; {(point.State is RestorePointState.Complete ? "complete" : "partial: something present could not be read")}.";
        if (point.Database is { } database)
        {
            yield return $"Database {database.Name}: PostgreSQL {database.ServerVersion}, {Words.Count(database.Tables.Count, "table", "tables")}, {Words.Count(database.Tables.Sum(table => table.Rows), "row", "rows")}, {Words.Bytes(database.Bytes)}{(database.SchemaVersion is { } version ? $", Mattermost migration {version}" : "")}.";
        }

        if (point.Config is { } config)
        {
            yield return config.Origin == "database" ? "Configuration: in the database."
                : $"Configuration: {config.Path}, {(config.Database is null ? Words.Count(config.Entries, "entry", "entries") : Words.Count(config.Entries, "table", "tables"))}, {Words.Bytes(config.Bytes)}.";
        }

        if (point.Files is { } files)
        {
            yield return $"Files: {files.Path}, {Words.Count(files.Entries, "entry", "entries")}, {Words.Bytes(files.Bytes)}{(files.Mode == "copy" ? "" : $" ({files.Mode})")}.";
        }

        yield return $"{Words.Bytes(point.NewBytes)} were new in the repository.";
        yield return Proven(point, trust, invocation);
        if (trust.BootFailedAt is { } failed)
        {
            yield return $"**Mattermost did not run** on what was restored of it {invocation.Time(failed)}: `verifications {Words.Short(point.Id.ToString())}` says why.";
        }

        foreach (var warning in point.Warnings.Take(20))
        {
            yield return $"Note: {warning}";
        }
    }

    private static string Proven(RestorePoint point, PointTrust trust, Invocation invocation) => trust switch
    {
        { Trust: Trust.Damaged, VerifiedAt: { } at } => $"**Damaged**, as a verification found ({invocation.Time(at)}): `verifications {Words.Short(point.Id.ToString())}` says what.",
        { DrilledAt: { } at } => $"Last restored on trial {invocation.Time(at)}{(trust.Trust is Trust.Booted ? ", Mattermost ran on it" : "")}{(trust.RestoreSeconds is { } seconds ? $"; the restore took {Words.Duration(TimeSpan.FromSeconds(seconds))}" : "")}.",
        { VerifiedAt: { } at } => $"Last verified {invocation.Time(at)} ({EnumText.Of(trust.Trust).Replace('_', ' ')}); never restored on trial (`verify {Words.Short(point.Id.ToString())} --level drill`).",
        _ => $"Never verified: `verify {Words.Short(point.Id.ToString())} --level drill` restores it on trial.",
    };
}
