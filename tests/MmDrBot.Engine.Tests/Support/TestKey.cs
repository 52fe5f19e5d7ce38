using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Tests.Support;

internal static class TestKey
{
    internal static MasterKey Create(int seed = 1)
    {
        var secret = new byte[MasterKey.Length];
        new Random(seed).NextBytes(secret);
        return new MasterKey(secret, "00112233445566778899aabbccddeeff");
    }
}
