namespace MmDrBot.Engine.ObjectStores;

internal static class ObjectStoreExtensions
{
    /// <summary>Reads a whole object of at most <paramref name="limit"/> bytes.</summary>
    internal static async Task<byte[]> ReadAllAsync(this IObjectStore store, string name, long limit, CancellationToken cancellationToken)
    {
        var size = await store.FindAsync(name, cancellationToken) ?? throw new FileNotFoundException($"{name} is not in {store.Location}.", name);
        if (size > limit)
        {
            throw EngineException.Damaged(name, $"{size} bytes are more than an object of its kind can have");
        }

        var content = new byte[size];
        await store.ReadAsync(name, 0, content, cancellationToken);
        return content;
    }

    internal static async Task<List<StoredObject>> ListAllAsync(this IObjectStore store, string prefix, CancellationToken cancellationToken)
    {
        var objects = new List<StoredObject>();
        await foreach (var item in store.ListAsync(prefix, cancellationToken))
        {
            objects.Add(item);
        }

        return objects;
    }
}
