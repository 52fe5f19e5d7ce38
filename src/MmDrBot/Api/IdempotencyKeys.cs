using System.Security.Cryptography;
using System.Text;
using MmDrBot.Access;

namespace MmDrBot.Api;

/// <summary>Reads what makes a request the same as another.</summary>
internal static class IdempotencyKeys
{
    internal const string Header = "Idempotency-Key";

    private const int Longest = 255;

    /// <exception cref="Refusal">Invalid: the key.</exception>
    internal static async Task<IdempotentRequest> ReadAsync(HttpContext context)
    {
        var key = context.Request.Headers[Header].ToString();
        if (key.Length is 0 or > Longest || !key.All(character => character is > ' ' and <= '~'))
        {
            throw new Refusal(RefusalReason.Invalid, $"An Idempotency-Key has 1 to {Longest} visible ASCII characters.", "A random UUID does well.");
        }

        var (actor, route) = (context.Actor(), ((RouteEndpoint)context.GetEndpoint()!).RoutePattern.RawText);
        return new IdempotentRequest($"{actor.Name} {route}", key, await FingerprintAsync(context.Request, context.RequestAborted), actor.RequestId!, actor.Name);
    }

    private static async Task<string> FingerprintAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        request.EnableBuffering();
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellationToken);
        request.Body.Position = 0;
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(BearerToken.Of(request)!));
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Path}\n{request.QueryString}\n{request.ContentType}\n"));
        hash.AppendData(body.GetBuffer().AsSpan(0, (int)body.Length));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
