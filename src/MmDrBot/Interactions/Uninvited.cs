namespace MmDrBot.Interactions;

/// <summary>Why a click or a form was refused before anything was looked at.</summary>
internal enum Uninvited
{
    /// <summary>We did not sign it, or for another use.</summary>
    Forged,

    /// <summary>It was made for another post.</summary>
    WrongPost,

    Expired,

    /// <summary>Somebody outside the audience.</summary>
    WrongPerson,

    /// <summary>It was used before.</summary>
    Used,
}
