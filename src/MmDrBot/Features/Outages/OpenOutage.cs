using FluentValidation;
using MmDrBot.Access;
using MmDrBot.Announcing;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Jobs;
using MmDrBot.Settings;
using MmDrBot.Sso;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Outages;

/// <summary>An outage to open. `Service` may be left out where accounts use one service only.</summary>
internal sealed record OpenOutageRequest
{
    public string? Service { get; init; }

    public string Ticket { get; init; } = "";

    public string Reason { get; init; } = "";

    /// <summary>Whether reset mails reach nobody, since mail depends on the same provider; null leaves it to the settings and to whether the mail server answers.</summary>
    public bool? MailDepends { get; init; }

    /// <summary>Turn sign-in by e-mail on for the time of the outage where it is off.</summary>
    public bool EnableEmailSignIn { get; init; }

    /// <summary>Open although a check of the preflight fails.</summary>
    public bool Force { get; init; }
}

internal sealed class OpenOutageValidator : AbstractValidator<OpenOutageRequest>
{
    public OpenOutageValidator()
    {
        RuleFor(request => request.Service).Must(service => service is null || AccountRules.Services.Contains(service))
            .WithMessage($"{{PropertyValue}} is no sign-in service of Mattermost's; there are {string.Join(", ", AccountRules.Services)}.");
        RuleFor(request => request.Ticket).Must(SsoTexts.IsTicket).WithMessage(SsoTexts.TicketNeeded);
        RuleFor(request => request.Reason).Must(SsoTexts.IsLine).WithMessage("Give a reason in one line of at most 200 characters: --reason \"...\".");
    }
}

/// <summary>An outage as it was opened, with what the preflight found.</summary>
internal sealed record OpenedOutage(OutageView Outage, IReadOnlyList<PreflightCheck> Preflight);

/// <summary>Opens an outage of a sign-in service; from then on its accounts can be converted.</summary>
internal sealed class OpenOutage(IValidator<OpenOutageRequest> validator, Preflight preflight, SignInSettings signIn, OutageStore outages, AccountDirectory accounts, Announcements announcements, StateDatabase state, AuditLog audit, SsoOptions options, TimeProvider time)
{
    public async Task<OpenedOutage> HandleAsync(OpenOutageRequest request, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageOutages);
        validator.RequireValid(request);
        var service = request.Service ?? await OnlyServiceAsync(cancellationToken);
        var checks = await preflight.RunAsync(cancellationToken);
        if (checks.Where(check => check is { IsOk: false, IsVital: true }).ToArray() is { Length: > 0 } failed && !request.Force && !(request.EnableEmailSignIn && failed.All(check => check.Name == Preflight.SignIn)))
        {
            throw new Refusal(RefusalReason.Conflict, $"Nothing was opened: {string.Join(" ", failed.Select(check => $"{check.Name}: {check.Detail}"))}", string.Join(" ", failed.Select(check => check.Cure).OfType<string>().Append("`sso preflight` shows the whole list.").Distinct()));
        }

        if (request.EnableEmailSignIn)
        {
            await signIn.RequirePossibleAsync(cancellationToken);
        }

        var noMail = checks.Any(check => check is { Name: MailProbe.Name, IsOk: false });
        var outage = await InsertAsync(service, request with { MailDepends = request.MailDepends ?? (options.MailDependsOnProvider || noMail) }, actor, cancellationToken);
        Refusal? notEnabled = null;
        if (request.EnableEmailSignIn)
        {
            (outage, notEnabled) = await TryEnableAsync(outage, actor, cancellationToken);
        }

        if (actor.Door is not Door.System)
        {
            await announcements.SayAsync(NewsKind.OutageOpened, $"**The outage of {service} is open** (ticket {Words.Code(outage.Ticket)}), opened by {actor.Name.Split(':')[^1]}: {Words.Code(outage.Reason)}\nNext: `/dr sso convert` for each who calls, `/dr sso close {service}` when it is over.", SsoButtons.Of(service), cancellationToken);
        }

        return notEnabled is null
            ? new OpenedOutage(OutageView.Of(outage, []), request.EnableEmailSignIn ? await preflight.RunAsync(cancellationToken) : checks)
            : throw notEnabled;
    }

    /// <summary>The outage is open by now, and the channel has to hear of it, whatever comes of the setting.</summary>
    private async Task<(Outage Outage, Refusal? NotEnabled)> TryEnableAsync(Outage outage, Actor actor, CancellationToken cancellationToken)
    {
        try
        {
            return (await signIn.EnableAsync(outage, actor, cancellationToken), null);
        }
        catch (Refusal refusal)
        {
            return (outage, new Refusal(refusal.Reason, $"The outage is open, but sign-in by e-mail was not turned on: {refusal.Message}", $"{refusal.Hint} Then close the outage and open it again.".TrimStart(), refusal));
        }
    }

    private async Task<string> OnlyServiceAsync(CancellationToken cancellationToken)
    {
        var services = await accounts.QueryAsync<string>("select distinct authservice from users where authservice = any(@services) and deleteat = 0 order by 1", new { services = AccountRules.Services }, cancellationToken);
        return services.Count == 1
            ? services[0]
            : throw new Refusal(RefusalReason.Invalid, services.Count == 0 ? "No active account signs in with a sign-in service." : $"Accounts sign in with {string.Join(", ", services)}.", "Name the service: `sso open SERVICE --ticket T --reason \"...\"`.");
    }

    private async Task<Outage> InsertAsync(string service, OpenOutageRequest request, Actor actor, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var outage = new Outage
        {
            Id = TimedId.New(now),
            Service = service,
            Ticket = request.Ticket,
            Reason = request.Reason,
            MailDepends = request.MailDepends is true,
            OpenedBy = actor.Name,
            OpenedAt = now,
        };
        await state.InTransactionAsync(
            async (transaction, token) =>
            {
                if (!await outages.TryInsertAsync(transaction, outage, token))
                {
                    throw new Refusal(RefusalReason.Conflict, $"An outage of {service} is open already.", "`sso status` shows it.");
                }

                await audit.AppendAsync(transaction, AuditEntry.By(actor, now, "outage.opened", service, AuditOutcome.Succeeded) with { DetailJson = SsoTexts.Detail(outage) }, token);
            },
            cancellationToken);
        return outage;
    }
}
