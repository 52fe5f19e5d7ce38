using MmDrBot.Engine.ObjectStores;

namespace MmDrBot.Engine.Tests.ObjectStores;

public sealed class MemoryObjectStoreTests : ObjectStoreContract
{
    internal override Task<IObjectStore> OpenAsync() => Task.FromResult<IObjectStore>(new MemoryObjectStore());
}
