namespace MmDrBot.Engine.Tests.Corruption;

/// <summary>One way to spoil an object: null stands for its deletion.</summary>
internal sealed record Vandal(string What, Func<byte[], byte[]?> Spoil)
{
    internal static IEnumerable<Vandal> For(byte[] content)
    {
        int[] positions = [0, 4, 5, 7, 8, 39, 40, content.Length / 3, content.Length / 2, content.Length - 30, content.Length - 4, content.Length - 1];
        foreach (var at in positions.Where(at => at >= 0 && at < content.Length).Distinct())
        {
            yield return new Vandal($"bit flipped in byte {at}", bytes => Flip(bytes, at));
        }

        yield return new Vandal("one byte cut off", bytes => bytes[..^1]);
        yield return new Vandal("one byte added", bytes => [.. bytes, 0]);
        yield return new Vandal("emptied", _ => []);
        yield return new Vandal("zeroed", bytes => new byte[bytes.Length]);
        yield return new Vandal("deleted", _ => null);
    }

    private static byte[] Flip(byte[] bytes, int at)
    {
        var spoiled = (byte[])bytes.Clone();
        spoiled[at] ^= (byte)(1 << (at % 8));
        return spoiled;
    }
}
