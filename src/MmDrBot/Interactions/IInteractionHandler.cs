using MmDrBot.Access;

namespace MmDrBot.Interactions;

/// <summary>Does what clicks and forms of one kind ask for. A <see cref="Refusal"/> is told to the person and audited, as a typed command's is.</summary>
internal interface IInteractionHandler
{
    /// <summary>As <see cref="Invitation.Handler"/> names it.</summary>
    string Name { get; }

    Task<InteractionReply> HandleAsync(Interaction interaction, CancellationToken cancellationToken);
}
