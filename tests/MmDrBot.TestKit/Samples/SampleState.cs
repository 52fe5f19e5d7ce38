namespace MmDrBot.TestKit.Samples;

/// <summary>How far a sample has grown; kept in the table systems, so that another process can grow it on.</summary>
public sealed record SampleState(SampleOptions Options, int Posts, int Files);
