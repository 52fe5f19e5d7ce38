using System.Net;
using Amazon.Runtime;
using Amazon.S3;

namespace MmDrBot.Engine.ObjectStores.S3;

/// <summary>Calls of one bucket: what breaks within an answer is tried again, failures are put into words.</summary>
internal sealed class S3Calls(S3Address address)
{
    private const int BrokenRetries = 3;

    /// <summary>Calls; the SDK tries again what fails before an answer, this what breaks within one.</summary>
    internal async Task<T> RunAsync<T>(string verb, string name, Func<Task<T>> call, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (Exception broken) when (attempt < BrokenRetries && (broken is HttpIOException || (broken is AmazonS3Exception answer && IsStray(answer))))
            {
            }
            catch (Exception failure) when (Translate(failure, verb, name, cancellationToken) is { } translated)
            {
                throw translated;
            }
        }
    }

    /// <summary>
    /// Ceph answers a PUT that it refuses before it read the body, and takes a body that still comes (.NET sends short ones) for the
    /// begin of the next request on that connection: a method that nobody knows.
    /// </summary>
    internal static bool IsStray(AmazonS3Exception answer) =>
        (answer.StatusCode is HttpStatusCode.MethodNotAllowed && answer.ErrorCode is "MethodNotAllowed")
        || (answer.StatusCode is HttpStatusCode.BadRequest && answer.ErrorCode is (null or "" or "BadRequest"));

    /// <returns>What the caller is to be told, or null when the failure is none of the store's.</returns>
    internal Exception? Translate(Exception failure, string verb, string name, CancellationToken cancellationToken) => failure switch
    {
        AmazonS3Exception { ErrorCode: "NoSuchBucket" } => new EngineException(EngineFault.NotFound, $"The bucket {address.Bucket} does not exist.", "Make the bucket first, or correct its name in the settings.", failure),
        AmazonS3Exception { StatusCode: HttpStatusCode.NotFound } => new FileNotFoundException($"{name} is not in {address}.", name, failure),
        AmazonS3Exception { StatusCode: HttpStatusCode.PreconditionFailed } => Changed(name),
        AmazonS3Exception { StatusCode: HttpStatusCode.RequestedRangeNotSatisfiable } => new EndOfStreamException($"{name} ends earlier.", failure),
        AmazonS3Exception { StatusCode: HttpStatusCode.Forbidden } denied => new EngineException(EngineFault.Denied, $"The store refuses to {verb} {name} in {address}: {denied.ErrorCode}.", "Check the access key, the secret key, the region and the bucket's policy.", failure),
        OperationCanceledException when cancellationToken.IsCancellationRequested => null,
        AmazonServiceException or AmazonClientException or HttpRequestException or TimeoutException or OperationCanceledException => new IOException($"Could not {verb} {name} in {address}: {failure.Message}", failure),
        _ => null,
    };

    internal static EngineException Changed(string name) => new(EngineFault.Conflict, $"{name} changed while it was read.");
}
