using MmDrBot.Engine.ObjectStores.S3;
using MmDrBot.TestKit.S3;

namespace MmDrBot.Engine.Tests.ObjectStores.S3;

internal static class S3Addresses
{
    internal static S3Address Of(S3Server server, string bucket) => new()
    {
        Bucket = bucket,
        Endpoint = server.Endpoint,
        Region = server.Region,
        AccessKey = server.AccessKey,
        SecretKey = server.SecretKey,
        ForcePathStyle = true,
    };
}
