namespace MmDrBot.Mattermost;

/// <summary>Opens a dialog before the user whose command or click the trigger belongs to. Needs no rights of the caller.</summary>
public sealed record OpenDialogRequest
{
    /// <summary>Of a command or a click, at most <see cref="MattermostLimits.TriggerLifetime"/> old.</summary>
    public required string TriggerId { get; init; }

    /// <summary>Mattermost posts a <see cref="DialogSubmission"/> there; the client can name another address.</summary>
    public required string Url { get; init; }

    /// <summary>What to show.</summary>
    public required Dialog Dialog { get; init; }

    /// <summary>The address, without the trigger.</summary>
    public override string ToString() => $"dialog for {Url}";
}
