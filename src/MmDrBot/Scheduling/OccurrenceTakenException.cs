namespace MmDrBot.Scheduling;

/// <summary>Another replica has decided the occurrence, or the schedule was changed meanwhile: nothing is left to do here.</summary>
internal sealed class OccurrenceTakenException() : Exception("The occurrence is decided already.");
