using System.Globalization;
using System.Text.Json;
using FluentValidation;
using MmDrBot.Access;
using MmDrBot.Data;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Verification;
using MmDrBot.Jobs;
using MmDrBot.Protection;
using MmDrBot.Settings;

namespace MmDrBot.Features.RepositoryCare;

/// <summary>How much to read: a share of the repository's bytes; null: as much as a day's turn is by the settings, and what missed days left.</summary>
internal sealed record ReadBackRequest(double? Share)
{
    /// <summary>main if left out, or a copy by its name.</summary>
    public string? Repository { get; init; }
}

internal sealed class ReadBackValidator : AbstractValidator<ReadBackRequest>
{
    public ReadBackValidator() => RuleFor(request => request.Share).Must(share => share is null or (> 0 and <= 1)).WithMessage("The share to read is more than 0 and at most all of it, such as 1/30 or 5%.");
}

/// <summary>Reads the part of the repository that was read the longest ago, so that run daily it reads every byte within some days.</summary>
internal sealed class ReadBackRepository(IValidator<ReadBackRequest> validator, KnownRepositories repositories, JobLauncher jobs)
{
    internal const string Kind = "read-back";

    public async Task<Job> HandleAsync(ReadBackRequest request, Actor actor, JobLaunch launch, CancellationToken cancellationToken)
    {
        actor.Require(Permission.Verify);
        validator.RequireValid(request);
        repositories.Get(request.Repository);
        return await jobs.LaunchAsync(Kind, request, exclusiveKey: repositories.IsCopy(request.Repository) ? $"{Kind}:{request.Repository}" : Kind, actor, launch, cancellationToken);
    }

    /// <summary>Reads "1/30", "5%" or "0.05".</summary>
    /// <exception cref="Refusal">Invalid: it is none of them.</exception>
    internal static double Share(string text)
    {
        static bool IsNumber(string part, out double number) => double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
        return text.Split('/') switch
        {
            [var part, var whole] when IsNumber(part, out var some) && IsNumber(whole, out var all) && all > 0 => some / all,
            [var percent] when percent.EndsWith('%') && IsNumber(percent[..^1], out var number) => number / 100,
            [var plain] when IsNumber(plain, out var number) => number,
            _ => throw new Refusal(RefusalReason.Invalid, $"{text} is no share.", "For instance --share 1/30, or --share 5%."),
        };
    }
}

/// <summary>What a read-back read.</summary>
/// <param name="Good">Whether all of it is as it was written.</param>
/// <param name="Packs">Packs that were read.</param>
/// <param name="BytesRead">Their bytes.</param>
/// <param name="BytesTotal">Bytes of all packs.</param>
/// <param name="OldestAt">Since when the pack waits that is next; null where nothing is remembered.</param>
/// <param name="Notes">What a person should know.</param>
internal sealed record ReadBackResult(bool Good, int Packs, long BytesRead, long BytesTotal, DateTimeOffset? OldestAt, IReadOnlyList<string> Notes);

internal sealed class ReadBackJob(KnownRepositories repositories, VerificationRecorder recorder, ReadPacks state, RepositoryHealth health, AppSettings settings, TimeProvider time) : IJobHandler
{
    private const int Shown = 50;

    public string Kind => ReadBackRepository.Kind;

    public async Task<JobOutcome> RunAsync(Job job, IProgress<JobProgress> progress, CancellationToken cancellationToken)
    {
        var request = JsonSerializer.Deserialize<ReadBackRequest>(job.RequestJson, JobLauncher.Json)!;
        var place = repositories.Get(request.Repository);
        var repository = await place.OpenAsync(cancellationToken);
        using var reading = await JobLocks.TakeAsync(job, () => place.LockForReading(repository), progress, time, cancellationToken);
        var key = place.KeyOf(repository);
        var (started, readBack) = (time.GetUtcNow(), new ReadBack(repository, time));
        var packs = await readBack.PacksAsync(cancellationToken);
        var turn = await TurnAsync(place.Name, key, packs, request.Share, started, cancellationToken);
        var findings = await readBack.RunAsync(turn.Chosen, new ProgressAdapter(progress), cancellationToken);
        var entry = new ReadBackEntry(Guid.CreateVersion7().ToString("N"), key, started, time.GetUtcNow(), turn.Chosen.Count, findings.BytesRead, findings.IsGood);
        var note = turn.Note ?? await TryRecordAsync(entry, turn.Chosen);
        await recorder.RecordAsync(repository, findings, isAll: false, time.GetUtcNow(), inState: !repositories.IsCopy(place.Name));
        await health.RecordPacksAsync(place.Name, turn.Chosen, readBack.Named, findings.Damage);
        if (!findings.IsGood)
        {
            throw new Refusal(RefusalReason.Damaged, $"{(repositories.IsCopy(place.Name) ? $"The copy {place.Name}" : "The repository")} is damaged, {(findings.Damage.Count == 1 ? "1 finding" : $"{findings.Damage.Count} findings")}:\n{string.Join('\n', findings.Damage.Take(Shown).Select(line => "- " + line))}{(findings.Damage.Count > Shown ? $"\n- and {findings.Damage.Count - Shown} more" : "")}", string.Join('\n', Advice.For(findings.Damage)));
        }

        var result = new ReadBackResult(true, turn.Chosen.Count, findings.BytesRead, packs.Values.Sum(), turn.OldestAt, [.. findings.Notes, .. note is null ? Array.Empty<string>() : [note]]);
        return JobOutcome.Succeeded(JsonSerializer.Serialize(result, JobLauncher.Json));
    }

    /// <summary>What was found damaged is in each turn until it reads well. Without the state packs take turns by their names: each has its day.</summary>
    private async Task<Turn> TurnAsync(string repository, string repositoryId, IReadOnlyDictionary<BlobId, long> packs, double? share, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var daily = 1.0 / settings.Drills.ReadBackDays;
        try
        {
            var known = await state.WaitingSinceAsync(repositoryId, [.. packs.Keys.Select(id => id.ToString())], now, cancellationToken);
            var since = packs.Keys.ToDictionary(id => id, id => known[id.ToString()]);
            var days = await state.LastAsync(repositoryId, cancellationToken) is { } last ? Math.Max(1, (now - last.StartedAt).TotalDays) : 1;
            var doubtful = (await health.PacksAsync(repository, cancellationToken)).Select(pack => pack.Id).Where(packs.ContainsKey);
            var chosen = ReadBack.Choose(packs, since, share ?? Math.Min(1, daily * days)).Concat(doubtful).ToHashSet();
            return new Turn(chosen, since.Where(item => !chosen.Contains(item.Key)).Select(item => (DateTimeOffset?)item.Value).Min(), null);
        }
        catch (Refusal unavailable) when (unavailable.Reason is RefusalReason.Unavailable)
        {
            return new Turn(ReadBack.ChooseByDay(packs.Keys, now, share ?? daily), null, $"The state is out of reach, so the packs of this day were read by their names: {unavailable.Message}");
        }
    }

    private async Task<string?> TryRecordAsync(ReadBackEntry entry, IReadOnlySet<BlobId> read)
    {
        try
        {
            await state.RecordAsync(entry, [.. read.Select(id => id.ToString())], CancellationToken.None);
            return null;
        }
        catch (Refusal unavailable)
        {
            return $"What was read could not be remembered, so it is read again soon: {unavailable.Message}";
        }
    }

    private sealed record Turn(IReadOnlySet<BlobId> Chosen, DateTimeOffset? OldestAt, string? Note);
}
