using System.Text.Json.Serialization;
using MmDrBot.Access;

namespace MmDrBot.Sso;

/// <summary>Something that will stop a person from signing in with a password until it is seen to.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Message">What to do about it, in a sentence for the helpdesk.</param>
internal sealed record SignInObstacle(ObstacleKind Kind, string Message);

[JsonConverter(typeof(SnakeCaseEnum<ObstacleKind>))]
internal enum ObstacleKind
{
    /// <summary>Neither e-mail addresses nor usernames are taken with a password.</summary>
    PasswordSignInOff,

    /// <summary>The account is deactivated.</summary>
    Deactivated,

    /// <summary>The e-mail address is not verified.</summary>
    EmailNotVerified,

    /// <summary>A second factor is enforced and none is set up.</summary>
    SecondFactorMissing,

    /// <summary>Guests sign in only where guest accounts are turned on and licensed.</summary>
    Guest,
}
