using System.Text.RegularExpressions;
using MmDrBot.Access;
using MmDrBot.Approvals;
using MmDrBot.Audit;
using MmDrBot.Data;

namespace MmDrBot.Features.Approvals;

/// <summary>Enrols and removes authenticators.</summary>
internal sealed partial class ManageSecondFactors(SecondFactors factors, StateDatabase state, AuditLog audit, TimeProvider time)
{
    private const string Issuer = "MmDrBot";

    /// <returns>An otpauth URI, a secret, which is shown this once.</returns>
    public async Task<string> EnrolAsync(string user, Actor actor, CancellationToken cancellationToken)
    {
        var username = Named(user, actor);
        var secret = await state.InTransactionAsync(
            async (transaction, token) =>
            {
                var fresh = await factors.EnrolAsync(transaction, username, actor, token);
                await RecordAsync(transaction, "second_factor.enrolled", username, actor, token);
                return fresh;
            },
            cancellationToken);
        return new OtpNet.OtpUri(OtpNet.OtpType.Totp, secret, username, Issuer).ToString();
    }

    public async Task<IReadOnlyList<SecondFactor>> ListAsync(Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageSecondFactors);
        return await factors.ListAsync(cancellationToken);
    }

    public Task RemoveAsync(string user, Actor actor, CancellationToken cancellationToken)
    {
        var username = Named(user, actor);
        return state.InTransactionAsync(
            async (transaction, token) =>
            {
                if (!await SecondFactors.RemoveAsync(transaction, username, token))
                {
                    throw new Refusal(RefusalReason.NotFound, $"@{username} has no second factor here.", "`second-factor list` shows who has one.");
                }

                await RecordAsync(transaction, "second_factor.removed", username, actor, token);
            },
            cancellationToken);
    }

    private static string Named(string user, Actor actor)
    {
        actor.Require(Permission.ManageSecondFactors);
        var username = user.TrimStart('@').ToLowerInvariant();
        return Usernames().IsMatch(username) ? username : throw new Refusal(RefusalReason.Invalid, "This is no username of Mattermost.", "Such as alice; lower-case letters, digits, dots, dashes and underscores.");
    }

    private Task RecordAsync(StateTransaction transaction, string action, string username, Actor actor, CancellationToken cancellationToken) =>
        audit.AppendAsync(transaction, AuditEntry.By(actor, time.GetUtcNow(), action, username, AuditOutcome.Succeeded), cancellationToken);

    [GeneratedRegex(@"^[a-z0-9._\-]{1,64}$")]
    private static partial Regex Usernames();
}
