using MmDrBot.Access;
using MmDrBot.Diagnosis;
using MmDrBot.Protection;

namespace MmDrBot.Features.Doctor;

/// <summary>Lets every feature look at what it needs, side by side; none that fails or hangs hides what the others found.</summary>
internal sealed partial class RunDoctor(IEnumerable<IDoctorCheck> checks, TimeProvider time, ILogger<RunDoctor> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task<DoctorReport> HandleAsync(Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ViewStatus);
        var found = await Task.WhenAll(checks.Select(check => TryAsync(check, actor, cancellationToken)));
        cancellationToken.ThrowIfCancellationRequested();
        return new DoctorReport { Findings = [.. found.SelectMany(findings => findings).OrderBy(finding => finding.Area)] };
    }

    private async Task<IReadOnlyList<DoctorFinding>> TryAsync(IDoctorCheck check, Actor actor, CancellationToken cancellationToken)
    {
        IReadOnlyList<Finding> findings;
        try
        {
            using var limit = new CancellationTokenSource(Patience, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            // What does not heed the token is left behind.
            findings = await Task.Run(() => check.RunAsync(actor, both.Token), CancellationToken.None).WaitAsync(both.Token);
        }
        catch (OperationCanceledException)
        {
            findings = [Finding.Failed(check.What, $"No answer within {Patience.TotalSeconds:0} s.", "See whether what it looks at is overloaded, or can't be reached through the network.")];
        }
        catch (Refusal refusal)
        {
            findings = [Finding.Failed(check.What, refusal.Message, refusal.Hint)];
        }
        catch (Exception exception)
        {
            findings = [Unexpected(check, exception)];
        }

        return [.. findings.Select(finding => new DoctorFinding(check.Area, finding.What, finding.State, finding.Detail, finding.Cure))];
    }

    private Finding Unexpected(IDoctorCheck check, Exception exception)
    {
        if (EngineRefusals.From(exception) is { } refusal)
        {
            return Finding.Failed(check.What, refusal.Message, refusal.Hint);
        }

        var reference = Reference.New();
        Log.Failed(logger, exception, check.What, reference);
        return Finding.Failed(check.What, $"Looking at it failed inside MmDrBot (reference {reference}).", "The log has the details under the reference; please report them.");
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "The doctor's check of {What} failed ({Reference}).")]
        public static partial void Failed(ILogger logger, Exception exception, string what, string reference);
    }
}
