using System.CommandLine;
using MmDrBot.Access;
using MmDrBot.Interactions;
using MmDrBot.Verbs;

namespace MmDrBot.Features.RestorePoints;

internal sealed class RestorePointsVerb(ListRestorePoints list) : Verb
{
    private const int ShownInChat = 5;

    private readonly Option<bool> _all = new("--all") { Description = "All of them; chat shows the last five otherwise." };

    private readonly Option<string?> _repository = RepositoryOption.Make();

    internal override string Path => "restore-points";

    internal override string Description => "Lists what can be restored, newest first.";

    internal override bool InChat => true;

    internal override IReadOnlyList<string> Examples => ["restore-points", "restore-points --all"];

    internal override void Shape(Command command)
    {
        command.Options.Add(_all);
        command.Options.Add(_repository);
    }

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var points = await list.HandleAsync(invocation.Value(_repository), invocation.Actor, cancellationToken);
        var shown = invocation.Actor.Door is Door.Chat && !invocation.Value(_all) ? [.. points.Take(ShownInChat)] : points;
        var damaged = points.Count(point => point.IsDamaged);
        return new Reply
        {
            Text = points.Count == 0 ? "There is no restore point yet. `backup` takes one." : null,
            Table = points.Count == 0 ? null : new ReplyTable(["Id", "Taken", "State", "Holds", "Size", "New", "Proven", "Label", "Kept"], [.. shown.Select(point => Row(point, invocation))]),
            Footer = points.Count == 0 ? null : invocation.Below(shown.Count < points.Count ? $"{points.Count - shown.Count} more: `restore-points --all`." : null),
            Buttons = [.. ButtonsOf(points, shown, invocation.Value(_repository))],
            Warning = damaged == 0 ? null : $"{Words.Count(damaged, "restore point is", "restore points are")} damaged: the manifest can't be read. `mmdr repository check` says more; the others can be restored.",
            ExitCode = damaged == 0 ? ExitCodes.Ok : ExitCodes.Partly,
            Json = points.Select(point => new { id = point.Id, createdAt = point.CreatedAt, components = point.Components, bytes = point.Bytes, newBytes = point.NewBytes, state = point.State, label = point.Label, host = point.Host, trust = point.Trust, verifiedAt = point.VerifiedAt, drilledAt = point.DrilledAt, restoreSeconds = point.RestoreSeconds, bootFailedAt = point.BootFailedAt, warnings = point.Warnings, pins = point.Pins }),
        };
    }

    private static IEnumerable<Button> ButtonsOf(IReadOnlyList<RestorePointView> points, IReadOnlyList<RestorePointView> shown, string? repository)
    {
        string[] there = repository is null ? [] : ["--repository", repository];
        if (shown.Count < points.Count)
        {
            yield return new Button("More", ["restore-points", "--all", .. there], Permission.ViewRestorePoints);
        }

        if (shown.FirstOrDefault(point => !point.IsDamaged) is { } newest)
        {
            yield return new Button($"Show {Words.Short(newest.Id)}", ["restore-point", newest.Id, .. there], Permission.ViewRestorePoints);
        }
    }

    private static IReadOnlyList<string> Row(RestorePointView point, Invocation invocation) =>
        [Words.Short(point.Id), point.CreatedAt is { } at ? invocation.Cell(at) : "?", point.State, string.Join(" ", point.Components), Words.Bytes(point.Bytes), Words.Bytes(point.NewBytes), Proven(point), point.Label ?? "", string.Join(" ", point.Pins.Select(pin => pin.Kind == "hold" ? "held" : "pinned").Distinct())];

    private static string Proven(RestorePointView point) => $"{point.Trust?.Replace('_', ' ')}{(point.BootFailedAt is null ? "" : ", boot failed")}";
}
