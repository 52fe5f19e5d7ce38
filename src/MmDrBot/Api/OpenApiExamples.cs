using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace MmDrBot.Api;

/// <summary>What the description shows as examples.</summary>
internal static class OpenApiExamples
{
    private const string JobId = "01j8zq6v3k9m2n4p5r7s8t9w0x", PointId = "3f9a12c04e7b5d6f8a90b1c2d3e4f5061728394a5b6c7d8e9f00112233445566", At = "2026-05-01T22:00:00+00:00";

    private static readonly Dictionary<string, string> Bodies = new()
    {
        ["CreateApiKey"] = """{"name":"monitoring","permissions":["view_status","view_restore_points"],"days":365}""",
        ["RotateApiKey"] = """{"overlapHours":24}""",
        ["AddRepositoryKey"] = """{"label":"safe"}""",
        ["CheckRepository"] = """{"readShare":0.05}""",
        ["ReadBackRepository"] = """{"share":0.05}""",
        ["PruneRepository"] = """{"dryRun":true}""",
        ["RecoverHidden"] = """{"dryRun":true}""",
        ["StartRestore"] = """{"restorePoint":"latest","database":"postgres://mmuser:password@localhost/mattermost_restored","create":true,"files":"/srv/restored/files","config":"/srv/restored/config"}""",
        ["PlanRestore"] = """{"restorePoint":"latest","files":"/srv/restored/files","paths":["20260101/teams"]}""",
        ["SetRetention"] = """{"default":{"last":3,"daily":7,"weekly":5,"monthly":12},"labels":{"manual":{"last":10,"within":"90.00:00:00"}},"timeZone":"Europe/Berlin"}""",
        ["PlanRetention"] = """{"policy":{"default":{"daily":7,"weekly":5}}}""",
        ["ApplyRetention"] = """{"plan":"3f9a12c04e7b5d6f"}""",
        ["PinRestorePoint"] = """{"reason":"before the move"}""",
        ["HoldRestorePoint"] = """{"reason":"case 2026-17"}""",
        ["ReleaseHold"] = """{"reason":"case 2026-17 is settled"}""",
        ["StartBackup"] = """{"label":"nightly","components":["database","config","files"]}""",
        ["RepairRepository"] = """{"from":"offsite","readData":true,"dryRun":true}""",
        ["StartReplication"] = """{"copy":"offsite"}""",
        ["StartVerification"] = """{"restorePoint":"latest","level":"drill"}""",
        ["AddSchedule"] = """{"name":"nightly","when":"daily 02:30","zone":"Europe/Berlin","command":"backup --label nightly","jitter":"10m"}""",
        ["ChangeSchedule"] = """{"when":"daily 03:15","notDuring":"Mon-Fri 08:00-18:00"}""",
        ["OpenOutage"] = """{"service":"saml","ticket":"INC-123","reason":"the identity provider is down"}""",
        ["RepairAccounts"] = """{"users":["alice"]}""",
        ["RecoverConversions"] = """{"revert":false}""",
        ["CloseOutage"] = """{"signOff":"left the company"}""",
        ["ConvertAccounts"] = """{"users":["alice","bob@example.org"],"ticket":"INC-123","for":"8h","deliver":"one-time-link"}""",
        ["ConvertAccountsCsv"] = "\"alice\\nbob@example.org\\n\"",
        ["RevertAccounts"] = """{"users":["alice"]}""",
        ["DeliverAccess"] = """{"deliver":"reset-email"}""",
        ["Deny"] = """{"reason":"not tonight"}""",
        ["AddWebhook"] = """{"url":"https://ops.example.org/hooks/mmdr","events":["restore_point.taken"],"name":"ops"}""",
        ["RegisterMattermost"] = """{"teams":["acme"]}""",
        ["UnregisterMattermost"] = """{"teams":["acme"]}""",
        ["AcknowledgeAlarm"] = """{"note":"the disk is being replaced"}""",
        ["TestMail"] = """{"address":"ops@example.org"}""",
        ["SignOffAccount"] = """{"reason":"left the company"}""",
    };

    private static readonly Dictionary<string, string> Answers = new()
    {
        ["JobAccepted"] = $$"""{"id":"{{JobId}}","kind":"backup","state":"pending"}""",
        ["JobView"] = $$"""{"id":"{{JobId}}","kind":"backup","state":"running","actor":"api-key:7k2m9qx4","createdAt":"{{At}}","startedAt":"{{At}}","cancelRequested":false,"progress":{"phase":"database","percent":42.5} }""",
        ["RestorePointView"] = $$"""{"id":"{{PointId}}","createdAt":"{{At}}","finishedAt":"2026-05-01T22:03:10+00:00","state":"complete","components":["database","config","files"],"bytes":734003200,"newBytes":5242880,"label":"nightly","host":"chat","trust":"drilled","verifiedAt":"{{At}}","drilledAt":"{{At}}","restoreSeconds":182.4,"warnings":[],"pins":[]}""",
        ["VerificationView"] = $$"""{"id":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","restorePoint":"{{PointId}}","level":"drill","good":true,"startedAt":"{{At}}","finishedAt":"2026-05-01T22:04:02+00:00","restoreSeconds":182.4,"damage":[],"notProven":[],"bootFaults":[],"host":"chat","program":"mmdr 0.1.0"}""",
        ["ApiKeyView"] = $$"""{"prefix":"7k2m9qx4","name":"monitoring","state":"valid","permissions":["view_status"],"createdAt":"{{At}}","createdBy":"cli:root"}""",
        ["IssuedView"] = $$"""{"secret":"mmdr_7k2m9qx4...","key":{"prefix":"7k2m9qx4","name":"monitoring","state":"valid","permissions":["view_status"],"createdAt":"{{At}}","createdBy":"cli:root"} }""",
        ["AuditEntryView"] = $$"""{"seq":42,"at":"{{At}}","actor":"api-key:7k2m9qx4","door":"rest","action":"backup.requested","target":"{{JobId}}","outcome":"started","reference":"trace-4711","hash":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}""",
        ["ScheduleView"] = $$"""{"name":"nightly","when":"daily 02:30","cron":"30 2 * * *","zone":"Europe/Berlin","command":"backup --label nightly","kind":"backup","catchUp":true,"jitter":"10m","notDuring":"","state":"on","builtIn":false,"createdBy":"api-key:7k2m9qx4","createdAt":"{{At}}","changedAt":"{{At}}","next":["2026-05-02T00:30:00+00:00"],"runs":[{"dueAt":"2026-05-01T00:30:00+00:00","outcome":"started","at":"2026-05-01T00:30:00+00:00","standsFor":1,"job":"{{JobId}}","jobState":"succeeded"}],"version":"1"}""",
        ["ConversionResult"] = """{"wanted":"alice","username":"alice","userId":"xk1bh4o9g7ypjqfk8s9x5z1m7r","outcome":"converted","message":"@alice signs in with e-mail or username and a password now.","asksForMfa":false,"obstacles":[]}""",
        ["AlarmView"] = $$"""{"id":"al-7k2m9qx4ta","kind":"backup_overdue","severity":"critical","subject":"database","message":"The newest restore point of the database is 30 h 2 min old; it may be 26 h 0 min old at most.","cure":"`backup` takes one now.","state":"open","openedAt":"{{At}}","seenAt":"{{At}}","returns":0}""",
        ["AlarmCheck"] = """{"alarms":[{"kind":"backup_overdue","severity":"critical","subject":"database","message":"The newest restore point of the database is 30 h 2 min old; it may be 26 h 0 min old at most.","cure":"`backup` takes one now."}],"unjudged":[],"good":false}""",
        ["TestedWay"] = """{"way":"mail","good":true,"fault":null}""",
        ["KeyView"] = $$"""{"id":"{{PointId}}","kind":"passphrase","label":"first","createdAt":"{{At}}"}""",
    };

    private static readonly Dictionary<string, (string Text, string Example)> Parameters = new()
    {
        ["limit"] = ("How many at most: 1 to 500; 50 if left out.", "50"),
        ["after"] = ("Where the page before ended, as its Link header says; left out for the first page.", ""),
        ["id"] = ("An id, or the first characters of it.", JobId),
        ["prefix"] = ("The key's first 8 characters after `mmdr_`.", "7k2m9qx4"),
        ["hold"] = ("A hold's id, or the first digits of it, at least four.", "7b1c9e02"),
        ["user"] = ("A username, with or without @, an e-mail address or an id.", "alice"),
        ["outage"] = ("An outage's id, or the service of the open one.", "saml"),
        ["service"] = ("Mattermost's name of the service: gitlab, google, office365, openid, saml or ldap; or the outage's id.", "saml"),
        ["schedule"] = ("The schedule's name.", "nightly"),
        ["format"] = ("`json` or `csv`; json if left out.", "json"),
        ["since"] = ("Only from this time on, such as 2026-05-01 or 2026-05-01T22:00Z.", "2026-05-01"),
        ["repository"] = ("Which repository: main if left out, or a copy by its name.", "offsite"),
        ["replacedState"] = ("The state database was replaced: anchors of another chain are no fault.", "false"),
        ["names"] = ("Name the accounts, soonest first.", "true"),
        ["evenLast"] = ("Even if no other restore point is left.", "false"),
        ["all"] = ("Closed ones too.", "false"),
        ["restorePoint"] = ("Only of this one: its id, the first digits of it, or latest.", "latest"),
        ["open"] = ("Only those that have not ended.", "true"),
        ["ticket"] = ("The ticket's number.", "INC-123"),
        ["for"] = ("After which time they are reverted by themselves, such as 8h, 90m or 2d.", "8h"),
        ["deliver"] = ("`reset-email`, `one-time-link` or `temporary-password`.", "one-time-link"),
        ["includeDeactivated"] = ("Convert deactivated accounts too.", "false"),
    };

    internal static JsonNode? OfBody(string operation) => Bodies.TryGetValue(operation, out var json) ? JsonNode.Parse(json) : null;

    internal static (string Text, JsonNode? Example) OfParameter(string name) => Parameters.TryGetValue(name, out var known) ? (known.Text, Typed(known.Example)) : ("", null);

    internal static JsonNode? OfAnswer(IOpenApiSchema? schema) => schema switch
    {
        OpenApiSchemaReference { Reference.Id: { } id } => Answers.TryGetValue(id, out var json) ? JsonNode.Parse(json) : null,
        OpenApiSchema { Items: { } items } => OfAnswer(items) is { } one ? new JsonArray(one) : null,
        _ => null,
    };

    internal static JsonNode OfProblem(ProblemKind kind) => new JsonObject
    {
        ["type"] = kind.Type,
        ["title"] = kind.Title,
        ["status"] = kind.Status,
        ["detail"] = kind.Meaning,
        ["code"] = kind.Code,
        ["help"] = kind.Help,
        ["hint"] = kind.Remedy,
        ["requestId"] = "trace-4711",
    };

    private static JsonNode? Typed(string text) => text switch
    {
        "" => null,
        "true" => JsonValue.Create(true),
        "false" => JsonValue.Create(false),
        _ when int.TryParse(text, out var number) => JsonValue.Create(number),
        _ => JsonValue.Create(text),
    };
}
