namespace MmDrBot.Jobs.Hooks;

/// <summary>When a hook is called.</summary>
internal enum HookMoment
{
    Before,
    After,
    OnError,
}
