using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Verification;

/// <summary>Says what to do about damage, once for each kind of object (docs/runbooks/damaged-repository.md has the whole of it).</summary>
public static class Advice
{
    private const string Missing = " is missing";
    private const string Unreadable = " can't be read";
    private const string Blob = "Blob ";
    private const string NoSlot = "No key slot";

    /// <summary>What to do about these findings, in their order.</summary>
    public static IReadOnlyList<string> For(IEnumerable<string> damage) => [.. damage.Select(For).Distinct()];

    /// <summary>Each finding begins with the name of its object, whose folder is its kind.</summary>
    private static string For(string finding) => KindOf(finding) switch
    {
        _ when finding.Contains("recover-hidden", StringComparison.Ordinal) =>
            "Hidden or overwritten: the content is still there, `mmdr repository recover-hidden` brings it back. Somebody else has credentials for the bucket: find out whose, and replace them.",
        ObjectNames.Packs when finding.Contains(Missing, StringComparison.Ordinal) =>
            "Missing pack: `mmdr repository repair` takes it from another repository that you have; or put a copy back; or take a backup, which stores again what the server still has, and run `mmdr repository rebuild-index`. What is still missing then is lost to the restore points that the check names.",
        ObjectNames.Packs when finding.Contains(Unreadable, StringComparison.Ordinal) =>
            "Unreadable pack: look at the disk and the rights (or the network) first. If it stays so: take a backup now, which stores anew what the pack held, as far as the server still has it.",
        ObjectNames.Packs =>
            "Damaged pack: `mmdr repository repair` takes it from another repository that you have; or put a copy back; or take a backup now, which stores anew what the pack held, as far as the server still has it. Then `mmdr verify ID --level data` tells which restore points are whole.",
        ObjectNames.Indexes =>
            "Index: `mmdr repository rebuild-index` makes it again from the packs; nothing is lost while they are there.",
        ObjectNames.Manifests when finding.Contains(Missing, StringComparison.Ordinal) =>
            "Missing manifest: put a copy back, its packs stay until a prune. Other restore points are not affected. Find out who can delete there. If it is lost for good: `mmdr repository give-up ID --reason TEXT`.",
        ObjectNames.Manifests =>
            "Damaged manifest: this restore point can't be read, others are not affected. Put a copy back, or give it up with `mmdr forget ID`.",
        ObjectNames.Keys =>
            "Key slot: other keys still open the repository (`mmdr key list`). Put a copy back, or make another with `mmdr key add` and remove this one with `mmdr key remove ID`, or where it is missing with `mmdr repository give-up ID --reason TEXT`.",
        NoSlot =>
            "Key slots: put a copy of an object below keys/ back. A service that still runs can make one: `POST /api/v1/repository/keys`.",
        ObjectNames.Descriptor =>
            "repository.json: `mmdr repository rebuild-index` writes it again where it is missing; nothing is lost.",
        ObjectNames.Ledger =>
            "Ledger: put a copy back. Whom it names may still be converted: `mmdr sso reconcile` compares with what this machine remembers.",
        Blob =>
            "Lost blob: `mmdr repository rebuild-index` finds it if its pack is there. Else it is lost to the restore points named: take what is whole from them, then `mmdr forget ID`.",
        _ =>
            "Other objects: put a copy back if there is one; no restore point needs them to come back. If it is lost for good: `mmdr repository give-up ID --reason TEXT`.",
    };

    private static string KindOf(string finding) =>
        new[] { ObjectNames.Packs, ObjectNames.Indexes, ObjectNames.Manifests, ObjectNames.Keys, ObjectNames.Descriptor, ObjectNames.Ledger, Blob, NoSlot }.FirstOrDefault(kind => finding.StartsWith(kind, StringComparison.Ordinal)) ?? "";
}
