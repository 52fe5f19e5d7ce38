using System.Text;

namespace MmDrBot.Engine.Sources.Files;

/// <summary>The order of a list: a directory before its content, siblings by the UTF-8 bytes of their names.</summary>
internal static class PathOrder
{
    /// <summary>Compares two relative paths; `/` sorts before every other byte, which puts a directory's content right behind it.</summary>
    internal static int Compare(string left, string right)
    {
        if (left.Length == 0 || right.Length == 0)
        {
            return left.Length.CompareTo(right.Length);
        }

        Span<byte> a = stackalloc byte[512], b = stackalloc byte[512];
        return Bytes(left, ref a).SequenceCompareTo(Bytes(right, ref b));
    }

    /// <summary>The order in which S3 lists keys: by their bytes alone, `/` among them.</summary>
    internal static int CompareKeys(string left, string right) => Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right));

    private static ReadOnlySpan<byte> Bytes(string path, ref Span<byte> buffer)
    {
        var bytes = path.Length * 3 <= buffer.Length ? buffer[..Encoding.UTF8.GetBytes(path, buffer)] : Encoding.UTF8.GetBytes(path);
        bytes.Replace((byte)'/', (byte)0);
        return bytes;
    }
}
