using System.Globalization;
using MmDrBot.Engine.Platform;

namespace MmDrBot.Engine.Verification.Drilling;

/// <summary>Whom PostgreSQL's server runs as: us, or where we are root, whom it refuses, the user postgres or nobody.</summary>
internal sealed record ScratchUser(string Name, uint User, uint Group, string? Setpriv)
{
    private static readonly string[] Wanted = ["postgres", "nobody"];

    /// <exception cref="EngineException">Unavailable: we are root, and can't become anybody else.</exception>
    internal static ScratchUser Find()
    {
        if (Posix.geteuid() != 0)
        {
            return new ScratchUser(Environment.UserName, 0, 0, null);
        }

        var setpriv = new[] { "/usr/bin/setpriv", "/bin/setpriv", "/usr/sbin/setpriv" }.FirstOrDefault(File.Exists);
        var entries = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).Where(fields => fields.Length > 3).ToDictionary(fields => fields[0], StringComparer.Ordinal);
        return setpriv is not null && Wanted.FirstOrDefault(name => entries.TryGetValue(name, out var fields) && fields[2] != "0") is { } name
            ? new ScratchUser(name, uint.Parse(entries[name][2], CultureInfo.InvariantCulture), uint.Parse(entries[name][3], CultureInfo.InvariantCulture), setpriv)
            : throw new EngineException(EngineFault.Unavailable, "PostgreSQL's server does not run as root, and no other user was found to run it (setpriv, and the user postgres or nobody).", "Run the drill as another user than root, install util-linux, or set MMDR_Drills__DatabaseUrl to a server on which a scratch database may be made.");
    }

    /// <summary>The command line that runs the program as this user. The program takes the place of setpriv: its process is the one that was started.</summary>
    internal (string Program, IEnumerable<string> Arguments) Run(string program, IEnumerable<string> arguments) => Setpriv is null
        ? (program, arguments)
        : (Setpriv, [$"--reuid={User}", $"--regid={Group}", "--clear-groups", "--", program, .. arguments]);

    internal void Own(string directory)
    {
        if (Setpriv is not null)
        {
            Posix.SetOwner(directory, User, Group);
        }
    }
}
