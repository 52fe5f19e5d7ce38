using Amazon;
using Amazon.Runtime;
using Amazon.S3;

namespace MmDrBot.Engine.ObjectStores.S3;

/// <summary>Makes clients that S3-compatible servers understand: no trailing checksums, no chunked signatures.</summary>
internal static class S3Client
{
    internal static AmazonS3Client Create(S3Address address, HttpClientFactory? http = null)
    {
        var config = new AmazonS3Config
        {
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            ForcePathStyle = address.ForcePathStyle,
            RetryMode = RequestRetryMode.Standard,
            MaxErrorRetry = address.Retries,
            Timeout = TimeSpan.FromMinutes(2),
            HttpClientFactory = http,
        };
        var region = address.Region.Length > 0 ? address.Region : "us-east-1";
        if (address.Endpoint.Length > 0)
        {
            config.ServiceURL = address.Endpoint;
            config.AuthenticationRegion = region;
        }
        else
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }

        return address.AccessKey.Length > 0
            ? new AmazonS3Client(new BasicAWSCredentials(address.AccessKey, address.SecretKey), config)
            : new AmazonS3Client(config);
    }
}
