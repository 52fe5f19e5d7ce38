using System.Buffers;

namespace MmDrBot.Engine.Repositories;

/// <summary>Large buffers, shared by all threads: the runtime's own pool keeps some for each thread, which adds up.</summary>
internal static class Buffers
{
    private static readonly ArrayPool<byte> Pool = ArrayPool<byte>.Create(PackFormat.MaximumSize, maxArraysPerBucket: 6);

    internal static byte[] Rent(int length) => Pool.Rent(length);

    internal static void Return(byte[] buffer) => Pool.Return(buffer);
}
