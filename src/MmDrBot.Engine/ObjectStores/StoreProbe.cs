using System.Security.Cryptography;
using MmDrBot.Engine.ObjectStores.S3;

namespace MmDrBot.Engine.ObjectStores;

/// <summary>
/// Tries a store's promises before it is trusted with restore points. Works below `probe/` and leaves nothing, but where nothing may be
/// deleted, and for the minutes that a lock takes to run out.
/// </summary>
public static class StoreProbe
{
    /// <summary>The promise about lifecycle rules of a bucket; a warning where they can't be read.</summary>
    public const string NoRuleDeletes = "no lifecycle rule of the bucket deletes what restore points need";

    internal const string Folder = "probe/";
    internal const string Deletes = "objects can be deleted (prune needs it; append-only credentials refuse it)";
    internal const string NeverReplaces = "an object is never replaced";
    internal static readonly string OneWins = $"of {Racers} who create one object at once, one wins";
    private const string Touched = Folder + "touch";
    private const int Racers = 16;
    private const int MoreThanAPage = 1_050;

    /// <summary>Runs every test.</summary>
    /// <returns>One result a promise.</returns>
    public static async Task<IReadOnlyList<ProbeResult>> RunAsync(IObjectStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        var prefix = $"{Folder}{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}/";
        var (results, bucket) = (new List<ProbeResult>(), store is S3ObjectStore s3 ? await BucketFacts.ReadAsync(s3, time, cancellationToken) : null);
        var deletes = await TouchAsync(store, cancellationToken) is null;
        try
        {
            await TestAsync(results, "what was written is read back at once", () => ReadAfterWriteAsync(store, prefix, cancellationToken));
            await TestAsync(results, OneWins, () => RaceAsync(store, prefix, cancellationToken));
            await TestAsync(results, NeverReplaces, () => NoOverwriteAsync(store, prefix, cancellationToken));
            await TestAsync(results, "parts of an object can be read", () => RangesAsync(store, prefix, cancellationToken));

            // What can't be deleted again is at least written only once.
            await TestAsync(results, "a listing of more than a page is complete", () => ListingAsync(store, deletes ? prefix : Folder, cancellationToken));
        }
        finally
        {
            await TestAsync(results, Deletes, () => CleanUpAsync(store, prefix, CancellationToken.None));
        }

        if (store is not S3ObjectStore tested || bucket is null)
        {
            return results;
        }

        var judged = results.Select(result => bucket.Soften(result, deletes));
        return [.. judged, .. BucketJudge.Judge(bucket, tested.Address), .. await LockProbe.RunAsync(tested, bucket, time, cancellationToken)];
    }

    /// <summary>What a bucket's own settings mean for a repository: versions, locks, lifecycle rules, the clock. Nothing is written.</summary>
    /// <returns>Nothing for stores that are no buckets.</returns>
    public static async Task<IReadOnlyList<ProbeResult>> InspectAsync(IObjectStore store, TimeProvider time, CancellationToken cancellationToken) =>
        store is S3ObjectStore s3 ? BucketJudge.Judge(await BucketFacts.ReadAsync(s3, time, cancellationToken), s3.Address) : [];

    /// <summary>
    /// Writes one small object, reads it back and deletes it again: whether the store can be used now, not whether it can be trusted. It has
    /// one name for all, so that credentials that only append leave one object and not one a day.
    /// </summary>
    /// <returns>Why the object could not be deleted; null when it could. With credentials that only append it stays.</returns>
    public static async Task<string?> TouchAsync(IObjectStore store, CancellationToken cancellationToken)
    {
        var content = "mmdr"u8.ToArray();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await store.CreateAsync(Touched, content, cancellationToken);
                var read = await store.ReadAllAsync(Touched, 1 << 10, cancellationToken);
                if (!read.AsSpan().SequenceEqual(content))
                {
                    throw new EngineException(EngineFault.Damaged, $"{store.Location} gives back other bytes than were written.", "Do not trust it with restore points; `mmdr repository test` says more.");
                }

                break;
            }
            catch (IOException gone) when (gone is FileNotFoundException && attempt < 3)
            {
                // Another process tries the same, and has just deleted it.
            }
        }

        try
        {
            await store.DeleteAsync([Touched], CancellationToken.None);
            return null;
        }
        catch (Exception refused) when (refused is IOException or EngineException or UnauthorizedAccessException)
        {
            return refused.Message;
        }
    }

    private static async Task TestAsync(List<ProbeResult> results, string promise, Func<Task<string?>> test)
    {
        try
        {
            var fault = await test();
            results.Add(new ProbeResult(promise, fault is null, fault));
        }
        catch (Exception failure) when (failure is IOException or EngineException or UnauthorizedAccessException)
        {
            results.Add(new ProbeResult(promise, false, failure.Message));
        }
    }

    private static async Task<string?> ReadAfterWriteAsync(IObjectStore store, string prefix, CancellationToken cancellationToken)
    {
        var content = RandomNumberGenerator.GetBytes(3 << 20);
        await store.CreateAsync(prefix + "read", content, cancellationToken);
        var read = await store.ReadAllAsync(prefix + "read", content.Length, cancellationToken);
        return read.AsSpan().SequenceEqual(content) ? null : "other bytes came back";
    }

    private static async Task<string?> RaceAsync(IObjectStore store, string prefix, CancellationToken cancellationToken)
    {
        var contents = Enumerable.Range(0, Racers).Select(_ => RandomNumberGenerator.GetBytes(1000)).ToArray();
        var won = await Task.WhenAll(contents.Select(content => store.CreateAsync(prefix + "race", content, cancellationToken)));
        var winners = won.Count(winner => winner);
        var stored = await store.ReadAllAsync(prefix + "race", 1000, cancellationToken);
        return winners == 1 && stored.AsSpan().SequenceEqual(contents[Array.IndexOf(won, true)]) ? null : $"{winners} won";
    }

    private static async Task<string?> NoOverwriteAsync(IObjectStore store, string prefix, CancellationToken cancellationToken)
    {
        await store.CreateAsync(prefix + "once", "first"u8.ToArray(), cancellationToken);
        var again = await store.CreateAsync(prefix + "once", "other"u8.ToArray(), cancellationToken);
        var stored = await store.ReadAllAsync(prefix + "once", 100, cancellationToken);
        return !again && stored.AsSpan().SequenceEqual("first"u8) ? null : "a second write replaced the first";
    }

    private static async Task<string?> RangesAsync(IObjectStore store, string prefix, CancellationToken cancellationToken)
    {
        var content = RandomNumberGenerator.GetBytes(100_000);
        await store.CreateAsync(prefix + "ranges", content, cancellationToken);
        foreach (var (offset, length) in new[] { (0, 1), (1, 99_999), (99_999, 1), (4_095, 4_098) })
        {
            var part = new byte[length];
            await store.ReadAsync(prefix + "ranges", offset, part, cancellationToken);
            if (!part.AsSpan().SequenceEqual(content.AsSpan(offset, length)))
            {
                return $"bytes {offset} to {offset + length} are others";
            }
        }

        return null;
    }

    private static async Task<string?> ListingAsync(IObjectStore store, string prefix, CancellationToken cancellationToken)
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, MoreThanAPage), new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = cancellationToken }, async (number, token) => await store.CreateAsync($"{prefix}list/{number}", "x"u8.ToArray(), token));
        var listed = await store.ListAllAsync(prefix + "list/", cancellationToken);
        return listed.Select(item => item.Name).Distinct().Count() == MoreThanAPage ? null : $"{listed.Count} of {MoreThanAPage} were listed";
    }

    private static async Task<string?> CleanUpAsync(IObjectStore store, string prefix, CancellationToken cancellationToken)
    {
        await store.DeleteAsync([.. (await store.ListAllAsync(prefix, cancellationToken)).Select(item => item.Name)], cancellationToken);
        return (await store.ListAllAsync(prefix, cancellationToken)).Count is var left && left == 0 ? null : $"{left} objects are still there";
    }
}
