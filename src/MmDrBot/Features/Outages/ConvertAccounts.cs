using FluentValidation;
using MmDrBot.Access;
using MmDrBot.Jobs;
using MmDrBot.Settings;
using MmDrBot.Sso;

namespace MmDrBot.Features.Outages;

/// <summary>Accounts to convert.</summary>
internal sealed record ConvertAccountsRequest
{
    /// <summary>Usernames, with or without @, e-mail addresses or ids.</summary>
    public IReadOnlyList<string> Users { get; init; } = [];

    public string Ticket { get; init; } = "";

    /// <summary>After which time they are reverted by themselves, such as `8h`, `90m` or `2d`; null: when the outage is closed.</summary>
    public string? For { get; init; }

    /// <summary>`reset-email`, `one-time-link` or `temporary-password`; null: what suits the outage.</summary>
    public string? Deliver { get; init; }

    public bool IncludeDeactivated { get; init; }
}

/// <summary>A request that has passed every question.</summary>
/// <param name="Request">As it was asked.</param>
/// <param name="IncludeAdmins">Whether system administrators may be among them.</param>
internal sealed record ConvertAccountsWork(ConvertAccountsRequest Request, bool IncludeAdmins)
{
    /// <summary>Of the request that began the job; ties its entries in the audit together.</summary>
    public string? RequestId { get; init; }
}

internal sealed class ConvertAccountsValidator : AbstractValidator<ConvertAccountsRequest>
{
    public ConvertAccountsValidator(SsoOptions options)
    {
        RuleFor(request => request.Users).NotEmpty().WithMessage("Name at least one account: a username or an e-mail address.");
        RuleFor(request => request.Users).Must(users => users.Count <= options.MaximumUsers).WithMessage($"One call converts at most {options.MaximumUsers} accounts.");
        RuleForEach(request => request.Users).Must(user => user is { Length: > 0 and <= 128 } && !user.Any(char.IsControl)).WithMessage("A username or e-mail address has 1 to 128 characters, in one line.");
        RuleFor(request => request.Ticket).Must(SsoTexts.IsTicket).WithMessage(SsoTexts.TicketNeeded);
        RuleFor(request => request.For).Must(text => text is null || Lifetime.TryParse(text, out _)).WithMessage("--for takes a time such as 90m, 8h or 2d, from 5 minutes to 30 days.");
        RuleFor(request => request.Deliver).Must(text => text is null || DeliveryWords.TryParse(text, out _)).WithMessage("--deliver takes reset-email, one-time-link or temporary-password.");
    }
}

/// <summary>Converts named accounts of services whose outage is open.</summary>
internal sealed class ConvertAccounts(IValidator<ConvertAccountsRequest> validator, AccountConverter converter, AbandonedWork abandoned, ConversionApprovals approvals, JobLauncher jobs)
{
    internal const string Kind = "sso-convert";

    // A post holds about 40 of them; what would be cut off is better issued when it is asked for.
    private const int LinksInChat = 20;

    /// <summary>More than this is a job's work where nobody waits for the answer.</summary>
    internal const int AtOnce = 100;

    /// <summary>The same as a job. Links and passwords are not part of its record: people get theirs by `sso deliver`, or by mail.</summary>
    public async Task<Job> LaunchAsync(ConvertAccountsRequest request, Actor actor, JobLaunch launch, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ConvertAccounts);
        validator.RequireValid(request);
        (launch, var includeAdmins) = await approvals.ClearAsync(request, OrderOf(new ConvertAccountsWork(request, IncludeAdmins: true)), actor, launch, cancellationToken);
        return await jobs.LaunchAsync(Kind, new ConvertAccountsWork(request, includeAdmins) { RequestId = actor.RequestId }, exclusiveKey: null, actor, launch, cancellationToken);
    }

    /// <summary>The work of that job.</summary>
    internal Task<IReadOnlyList<ConversionResult>> WorkAsync(ConvertAccountsWork work, Actor actor, IProgress<int> progress, CancellationToken cancellationToken) =>
        converter.ConvertAsync(OrderOf(work) with { HandsOverSecrets = false }, actor, progress, cancellationToken);

    public async Task<IReadOnlyList<ConversionResult>> HandleAsync(ConvertAccountsRequest request, Actor actor, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ConvertAccounts);
        validator.RequireValid(request);
        return await approvals.RunAsync(
            request,
            OrderOf(new ConvertAccountsWork(request, IncludeAdmins: true)),
            actor,
            includeAdmins => ConvertAsync(new ConvertAccountsWork(request, includeAdmins), actor, progress, cancellationToken),
            cancellationToken);
    }

    private async Task<IReadOnlyList<ConversionResult>> ConvertAsync(ConvertAccountsWork work, Actor actor, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        await abandoned.ResumeAsync(cancellationToken);
        return await converter.ConvertAsync(OrderOf(work) with { HandsOverSecrets = actor.Door is not Door.Chat || work.Request.Users.Count <= LinksInChat }, actor, progress, cancellationToken);
    }

    private static ConvertOrder OrderOf(ConvertAccountsWork work) => new()
    {
        Users = [.. work.Request.Users.Select(user => user.Trim()).Distinct(StringComparer.OrdinalIgnoreCase)],
        Ticket = work.Request.Ticket,
        For = work.Request.For is { } text && Lifetime.TryParse(text, out var time) ? time : null,
        Delivery = work.Request.Deliver is { } word && DeliveryWords.TryParse(word, out var delivery) ? delivery : null,
        IncludeDeactivated = work.Request.IncludeDeactivated,
        IncludeAdmins = work.IncludeAdmins,
    };
}
