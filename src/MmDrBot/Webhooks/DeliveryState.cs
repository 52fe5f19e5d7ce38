namespace MmDrBot.Webhooks;

internal enum DeliveryState
{
    /// <summary>Waits for its first or next attempt.</summary>
    Pending,

    /// <summary>The receiver answered with a status from 200 to 299.</summary>
    Delivered,

    /// <summary>Every attempt failed.</summary>
    Failed,
}
