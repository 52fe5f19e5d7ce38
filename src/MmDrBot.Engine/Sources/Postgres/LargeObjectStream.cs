using MmDrBot.Engine.Platform;
using Npgsql;

namespace MmDrBot.Engine.Sources.Postgres;

/// <summary>Reads a large object, which may have terabytes, from front to back in pieces.</summary>
internal sealed class LargeObjectStream(NpgsqlConnection connection, long oid) : ForwardStream
{
    private const int Piece = 4 << 20;

    private byte[] _piece = [];
    private int _taken;
    private long _read;
    private bool _ended;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_taken == _piece.Length && !_ended)
        {
            _piece = await connection.ScalarAsync<byte[]>($"SELECT pg_catalog.lo_get({oid}, {_read}, {Piece})", cancellationToken);
            (_taken, _ended) = (0, _piece.Length < Piece);
            _read += _piece.Length;
        }

        var count = Math.Min(buffer.Length, _piece.Length - _taken);
        _piece.AsMemory(_taken, count).CopyTo(buffer);
        _taken += count;
        return count;
    }
}
