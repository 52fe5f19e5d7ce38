namespace MmDrBot.Engine.Verification.Drilling;

/// <summary>Reads a process's output so that it never stalls, and keeps the last lines.</summary>
internal sealed class Tail
{
    private const int Kept = 10;
    private readonly Queue<string> _lines = new();
    private readonly Task _reading;

    internal Tail(TextReader output) => _reading = ReadAsync(output);

    /// <summary>The last lines, once the output has ended.</summary>
    internal async Task<string> TextAsync()
    {
        await _reading;
        return string.Join(" ", _lines.Select(line => line.Trim())).Trim();
    }

    private async Task ReadAsync(TextReader output)
    {
        try
        {
            while (await output.ReadLineAsync(CancellationToken.None) is { } line)
            {
                _lines.Enqueue(line);
                if (_lines.Count > Kept)
                {
                    _lines.Dequeue();
                }
            }
        }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException)
        {
        }
    }
}
