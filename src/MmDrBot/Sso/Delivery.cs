namespace MmDrBot.Sso;

/// <summary>How a person gets to sign in after a conversion.</summary>
internal enum Delivery
{
    /// <summary>Mattermost mails a link with which the person sets a password; nobody else ever sees one.</summary>
    ResetEmail,

    /// <summary>A page of this service that shows a password once, to whoever holds the link.</summary>
    OneTimeLink,

    /// <summary>The password itself, once, in the answer of REST or on the terminal.</summary>
    TemporaryPassword,
}
