using MmDrBot.Mattermost;

namespace MmDrBot.Interactions;

/// <summary>Opens forms before people.</summary>
internal sealed class Forms(IServiceProvider services, Invitations invitations, OwnAddress address, TimeProvider time)
{
    internal const string Path = "mattermost/dialogs";

    /// <summary>As long as Mattermost takes late answers to the command that opened it.</summary>
    private static readonly TimeSpan Lifetime = MattermostLimits.ResponseUrlLifetime;

    /// <summary>Opens a form for one account, which alone can submit it, and once.</summary>
    /// <param name="triggerId">Of a command or click that is less than three seconds old.</param>
    /// <param name="form">What to ask.</param>
    /// <param name="opener">Whose form it is, which handler takes it, what for.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="MattermostApiException">It was too late, or Mattermost does not answer.</exception>
    internal async Task OpenAsync(string triggerId, Form form, FormOpener opener, CancellationToken cancellationToken)
    {
        var draft = new Invitation
        {
            Kind = InvitationKind.Form,
            Handler = opener.Handler,
            Arguments = opener.Arguments,
            UserId = opener.UserId,
            ExpiresAt = time.GetUtcNow() + Lifetime,
        };
        var tokens = await invitations.IssueAsync([draft], opener.ReplyToJson, cancellationToken);
        var dialog = new Dialog
        {
            CallbackId = opener.Handler,
            Title = form.Title,
            IntroductionText = form.Introduction,
            SubmitLabel = form.Submit,
            NotifyOnCancel = true,
            State = tokens[0],
            Elements = [.. form.Fields.Select(Element)],
        };
        await services.GetRequiredService<IMattermostApi>().OpenDialogAsync(new OpenDialogRequest { TriggerId = triggerId, Url = address.Of(Path).AbsoluteUri, Dialog = dialog }, cancellationToken);
    }

    private static DialogElement Element(FormField field) => new()
    {
        Name = field.Name,
        DisplayName = field.Label,
        Type = field.Kind switch
        {
            FormFieldKind.Lines => "textarea",
            FormFieldKind.Choice or FormFieldKind.Person => "select",
            FormFieldKind.Yes => "bool",
            _ => "text",
        },
        Subtype = field.Kind is FormFieldKind.Secret ? "password" : null,
        DataSource = field.Kind is FormFieldKind.Person ? "users" : null,
        Options = field.Kind is FormFieldKind.Choice ? [.. field.Choices.Select(choice => new DialogOption(choice.Text, choice.Value))] : null,
        HelpText = field.Help,
        Placeholder = field.Placeholder,
        Initial = field.Initial,
        Optional = field.Optional,
        MaxLength = field.MaxLength,
    };
}
