using MmDrBot.Access;

namespace MmDrBot.Api;

/// <summary>Every kind of problem that this door answers with. A code is never changed or used anew.</summary>
internal static class ProblemKinds
{
    internal static readonly ProblemKind Invalid = new("invalid", StatusCodes.Status400BadRequest, "The request is not valid.",
        "A member of the body, a part of the path or a parameter is missing, of the wrong type or out of range; or the body is no JSON. Nothing was changed.",
        "`detail` names what is wrong. Correct it and send the request again.");

    internal static readonly ProblemKind Unauthorized = new("unauthorized", StatusCodes.Status401Unauthorized, "An API key is needed.",
        "The request bears no API key, or one that is unknown, expired or revoked.",
        "Send a key as `Authorization: Bearer mmdr_...`. `mmdr api-key create NAME` makes one on the host; `mmdr api-key list` shows which are valid.");

    internal static readonly ProblemKind Forbidden = new("forbidden", StatusCodes.Status403Forbidden, "This is not allowed.",
        "The key is valid, but was not made for this. `detail` names the permission that is missing, or the rule.",
        "Ask whoever administers MmDrBot for a key with that permission.");

    internal static readonly ProblemKind NeedsApproval = new("needs_approval", StatusCodes.Status403Forbidden, "A second person has to approve this.",
        "The settings let nobody do this alone. A request for a second person is on record now, or was already; `detail` names it. Nothing was changed.",
        "Another person or key approves it: `POST /approvals/{id}/approve`. Then send the same request again within the hour, with a new Idempotency-Key; it runs once.");

    internal static readonly ProblemKind NotFound = new("not_found", StatusCodes.Status404NotFound, "There is no such thing.",
        "The path leads nowhere, or what it names (a job, a restore point, an outage, a key) is not there.",
        "List what there is; /swagger shows the paths.");

    internal static readonly ProblemKind MethodNotAllowed = new("method_not_allowed", StatusCodes.Status405MethodNotAllowed, "This path has other methods.",
        "The path exists, the method does not.",
        "The header Allow names the methods.");

    internal static readonly ProblemKind TooSlow = new("too_slow", StatusCodes.Status408RequestTimeout, "The request came too slowly.",
        "The body stopped coming, or came slower than a few hundred bytes a second. Nothing was changed.",
        "Send it again; look at the network, or at the proxy in between.");

    internal static readonly ProblemKind Conflict = new("conflict", StatusCodes.Status409Conflict, "Something is in the way.",
        "How things stand does not allow this: it is over already, open already, there already, or somebody can't be brought back.",
        "`detail` says what is in the way, `hint` what to do. The same request may be right later.");

    internal static readonly ProblemKind Locked = new("locked", StatusCodes.Status409Conflict, "Something else is at work.",
        "Another job holds what this one needs, such as a backup while a second one is asked for.",
        "Wait until it is over (`detail` names the job), or cancel it.");

    internal static readonly ProblemKind RequestInFlight = new("request_in_flight", StatusCodes.Status409Conflict, "The first request with this Idempotency-Key is at work.",
        "A request with the same Idempotency-Key is being worked on at this moment.",
        "Send the request again after the seconds of Retry-After; it gets the first one's answer then.");

    internal static readonly ProblemKind AnswerNotKept = new("answer_not_kept", StatusCodes.Status409Conflict, "It was done; its answer held a secret and was not kept.",
        "A request with the same Idempotency-Key and body was answered before, with a new key, link or password in the answer. Secrets are kept nowhere, so the answer can't be given again. Nothing was done now.",
        "If the first answer was lost: rotate or revoke the API key that it made, remove the recovery key, or issue a new way in (`/sso-conversions/{user}/deliver`); then use a new Idempotency-Key.");

    internal static readonly ProblemKind OutcomeUnknown = new("outcome_unknown", StatusCodes.Status409Conflict, "Whether the first request was done is not known.",
        "A request with the same Idempotency-Key broke off: the service was stopped or failed in the middle of it, after something had been done. Nothing was done now.",
        "`reference` stands in the audit trail (`GET /audit-entries`) beside what was done. See how far it came, and use a new Idempotency-Key for what is missing.");

    internal static readonly ProblemKind Stale = new("stale", StatusCodes.Status412PreconditionFailed, "It has changed meanwhile.",
        "If-Match names a version that is no longer the newest. Nothing was changed.",
        "Get it again, decide anew, and send the new ETag.");

    internal static readonly ProblemKind TooLarge = new("too_large", StatusCodes.Status413PayloadTooLarge, "The request is too large.",
        "A body has at most 1 MiB (lists of accounts 8 MiB), or the list in it is longer than one call takes.",
        "Send it in parts.");

    internal static readonly ProblemKind UnsupportedMediaType = new("unsupported_media_type", StatusCodes.Status415UnsupportedMediaType, "The body is of a type that is not read here.",
        "The Content-Type is not what the operation takes.",
        "Send `Content-Type: application/json` (lists of accounts: `text/csv`).");

    internal static readonly ProblemKind KeyReused = new("idempotency_key_reused", StatusCodes.Status422UnprocessableEntity, "This Idempotency-Key belongs to another request.",
        "The Idempotency-Key was used within the last day for a request with another body or other parameters. Nothing was done.",
        "Use a new key for each new request; the same one only to send the same request again.");

    internal static readonly ProblemKind TooManyRequests = new("too_many_requests", StatusCodes.Status429TooManyRequests, "Too many requests.",
        "The API key, or the address that sends no valid key, has used up its requests for the moment.",
        "Wait for the seconds of Retry-After. To follow a job, use its events instead of asking again and again. The limits are settings (`Http__...`).");

    internal static readonly ProblemKind Internal = new("internal", StatusCodes.Status500InternalServerError, "Something went wrong inside MmDrBot.",
        "A mistake in MmDrBot. What the request had begun is finished or undone as after a crash.",
        "The service's log has the details under `reference`; please report it.");

    internal static readonly ProblemKind WrongKey = new("wrong_key", StatusCodes.Status503ServiceUnavailable, "The repository's key does not fit.",
        "The passphrase of the settings does not open the repository.",
        "Set the right one on the host (`MMDR_Repository__PassphraseFile`); a recovery key does as well.");

    internal static readonly ProblemKind NoRepository = new("no_repository", StatusCodes.Status503ServiceUnavailable, "There is no repository.",
        "Nothing is found at the place that the settings name.",
        "Check `MMDR_Repository__Url`; `POST /repository/init` makes a repository at an empty place.");

    internal static readonly ProblemKind Damaged = new("damaged", StatusCodes.Status503ServiceUnavailable, "Something is damaged.",
        "What was read from the repository or the state is not what was written.",
        "`POST /repository/check` says how far the damage goes, and `hint` what to do.");

    internal static readonly ProblemKind Unavailable = new("unavailable", StatusCodes.Status503ServiceUnavailable, "Something that is needed is out of reach.",
        "A database, the object store, Mattermost or a file did not answer or refused.",
        "`detail` names it. Try again when it is back.");

    internal static IReadOnlyList<ProblemKind> All { get; } =
    [
        Invalid, Unauthorized, Forbidden, NeedsApproval, NotFound, MethodNotAllowed, TooSlow, Conflict, Locked, RequestInFlight, AnswerNotKept, OutcomeUnknown, Stale, TooLarge,
        UnsupportedMediaType, KeyReused, TooManyRequests, Internal, WrongKey, NoRepository, Damaged, Unavailable,
    ];

    internal static ProblemKind Of(RefusalReason reason) => reason switch
    {
        RefusalReason.Invalid => Invalid,
        RefusalReason.NotFound => NotFound,
        RefusalReason.Forbidden => Forbidden,
        RefusalReason.NeedsApproval => NeedsApproval,
        RefusalReason.Conflict => Conflict,
        RefusalReason.Locked => Locked,
        RefusalReason.WrongKey => WrongKey,
        RefusalReason.NoRepository => NoRepository,
        RefusalReason.Damaged => Damaged,
        RefusalReason.TooLarge => TooLarge,
        RefusalReason.Stale => Stale,
        _ => Unavailable,
    };

    /// <summary>What the server itself found wrong with a request.</summary>
    internal static ProblemKind OfBadRequest(int status) => status switch
    {
        StatusCodes.Status408RequestTimeout => TooSlow,
        StatusCodes.Status413PayloadTooLarge => TooLarge,
        StatusCodes.Status415UnsupportedMediaType => UnsupportedMediaType,
        _ => Invalid,
    };
}
