namespace MmDrBot.Verbs;

/// <summary>
/// The verbs with nothing behind them: good for grammar, help and completion, which so need neither settings nor services and start fast.
/// That works because a verb's constructor only keeps what it is given.
/// </summary>
internal static class VerbDrafts
{
    internal static IReadOnlyList<Verb> Of(IServiceCollection services) =>
        [.. services.Where(service => service.ServiceType == typeof(Verb)).Select(service => Draft(service.ImplementationType ?? throw new InvalidOperationException("Verbs are registered by type.")))];

    private static Verb Draft(Type type)
    {
        var constructor = type.GetConstructors()[0];
        return (Verb)constructor.Invoke(new object?[constructor.GetParameters().Length]);
    }
}
