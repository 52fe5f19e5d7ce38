namespace MmDrBot.Webhooks;

/// <summary>The guard lets nobody connect there. The message is fit for whoever manages webhooks.</summary>
internal sealed class AddressRefusedException(string message) : IOException(message);
