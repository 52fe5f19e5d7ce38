using System.Runtime.InteropServices;

namespace MmDrBot.Engine.Platform;

/// <summary>A pinned buffer that starts on a page, as direct I/O demands.</summary>
internal sealed unsafe class AlignedBuffer
{
    internal const int Alignment = 4096;

    private readonly byte[] _array;
    private readonly int _start;

    internal AlignedBuffer(int capacity)
    {
        Capacity = capacity;
        _array = GC.AllocateUninitializedArray<byte>(capacity + Alignment, pinned: true);
        var address = (nuint)Marshal.UnsafeAddrOfPinnedArrayElement(_array, 0);
        _start = (int)((Alignment - (address % Alignment)) % Alignment);
    }

    internal int Capacity { get; }

    internal Memory<byte> Memory => _array.AsMemory(_start, Capacity);

    internal Span<byte> Span => _array.AsSpan(_start, Capacity);
}
