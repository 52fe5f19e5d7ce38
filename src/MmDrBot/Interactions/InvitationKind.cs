namespace MmDrBot.Interactions;

/// <summary>By which door an invitation comes back.</summary>
internal enum InvitationKind
{
    /// <summary>A click on a button.</summary>
    Button,

    /// <summary>The submission of a form.</summary>
    Form,
}
