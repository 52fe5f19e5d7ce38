using System.Formats.Asn1;
using System.Globalization;
using System.Text;

namespace MmDrBot.Sso;

/// <summary>
/// Asks an LDAP server to go on with TLS: the extended operation of RFC 4511, section 4.14, and nothing else of LDAP. The BER is the
/// runtime's; libraries for the whole protocol need a native libldap beside them.
/// </summary>
internal static class LdapStartTls
{
    private const string Oid = "1.3.6.1.4.1.1466.20037";
    private const int MessageId = 1;
    private const int LongestAnswer = 4096;
    private static readonly Asn1Tag _request = new(TagClass.Application, 23, isConstructed: true);
    private static readonly Asn1Tag _requestName = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag _response = new(TagClass.Application, 24, isConstructed: true);

    /// <returns>What is wrong, or null when the server now expects TLS.</returns>
    /// <exception cref="AsnContentException">What it answered is no LDAP.</exception>
    internal static async Task<string?> RequestAsync(Stream stream, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(Request(), cancellationToken);
        var answer = new byte[LongestAnswer];
        for (var length = 0; length < answer.Length;)
        {
            var read = await stream.ReadAsync(answer.AsMemory(length), cancellationToken);
            if (read == 0)
            {
                return "it closed the connection when asked for StartTLS";
            }

            length += read;
            if (IsWhole(answer.AsSpan(0, length)))
            {
                return Judge(answer.AsMemory(0, length));
            }
        }

        return "its answer to StartTLS is too long";
    }

    private static byte[] Request()
    {
        var writer = new AsnWriter(AsnEncodingRules.BER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(MessageId);
            using (writer.PushSequence(_request))
            {
                writer.WriteOctetString(Encoding.ASCII.GetBytes(Oid), _requestName);
            }
        }

        return writer.Encode();
    }

    /// <summary>A tag of one byte, and a length in the short or the long form.</summary>
    private static bool IsWhole(ReadOnlySpan<byte> answer) =>
        answer.Length >= 2 && (answer[1] < 0x80 ? answer.Length >= 2 + answer[1] : AsnDecoder.TryReadEncodedValue(answer, AsnEncodingRules.BER, out _, out _, out _, out _));

    private static string? Judge(ReadOnlyMemory<byte> answer)
    {
        var message = new AsnReader(answer, AsnEncodingRules.BER).ReadSequence();
        _ = message.ReadInteger();
        var response = message.ReadSequence(_response);
        var code = response.ReadEnumeratedBytes().Span[^1];
        _ = response.ReadOctetString();
        var diagnostic = Encoding.UTF8.GetString(response.ReadOctetString());
        return code == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"it refuses StartTLS (result {code}{(diagnostic.Length > 0 ? $": {diagnostic}" : "")})");
    }
}
