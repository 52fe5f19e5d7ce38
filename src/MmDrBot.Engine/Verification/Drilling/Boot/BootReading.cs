using System.Security.Cryptography;
using MmDrBot.Engine.Sources.Postgres;
using Npgsql;

namespace MmDrBot.Engine.Verification.Drilling.Boot;

/// <summary>Reads an account, a team, a channel, a post and a file through the API of the Mattermost that was started.</summary>
internal sealed class BootReading(DrillWork work, BootApi api, NpgsqlConnection connection, string schema, BootSession? session)
{
    private const int Candidates = 200;

    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        if (session is null)
        {
            work.Findings.NotProven($"{DrillCheck.Boot}: account", "There is no account that could sign in.");
            return;
        }

        if (!await ReadAsync("account", "users/me", session.UserId, cancellationToken))
        {
            return;
        }

        var mine = session.IsAdmin ? "" : $"AND p.userid = {Sql.Literal(session.UserId)}";
        var posts = await connection.QueryAsync(
            $"SELECT p.id, c.id, c.teamid FROM {Name("posts")} p JOIN {Name("channels")} c ON c.id = p.channelid JOIN {Name("teams")} t ON t.id = c.teamid WHERE p.deleteat = 0 AND c.deleteat = 0 AND t.deleteat = 0 {mine} ORDER BY p.createat DESC LIMIT 1",
            row => (Post: row.GetString(0), Channel: row.GetString(1), Team: row.GetString(2)),
            cancellationToken);
        if (posts.Count == 0)
        {
            work.Findings.NotProven($"{DrillCheck.Boot}: post", "There is no post in a team's channel that could be read.");
        }
        else
        {
            await ReadAsync("team", $"teams/{posts[0].Team}", posts[0].Team, cancellationToken);
            await ReadAsync("channel", $"channels/{posts[0].Channel}", posts[0].Channel, cancellationToken);
            await ReadAsync("post", $"posts/{posts[0].Post}", posts[0].Post, cancellationToken);
        }

        await ReadFileAsync(mine, cancellationToken);
    }

    private string Name(string table) => Sql.Name(schema, table);

    private async Task<bool> ReadAsync(string what, string path, string id, CancellationToken cancellationToken)
    {
        var (found, fault) = await api.IdAsync(path, cancellationToken);
        work.Findings.Judge($"{DrillCheck.Boot}: {what}", found == id ? [] : [$"GET /api/v4/{path} gave {found ?? fault} where {id} was expected"], $"GET /api/v4/{path} gave it.");
        return found == id;
    }

    private async Task ReadFileAsync(string mine, CancellationToken cancellationToken)
    {
        const string What = $"{DrillCheck.Boot}: file";
        var candidates = await connection.QueryAsync(
            $"SELECT f.id, f.path FROM {Name("fileinfo")} f JOIN {Name("posts")} p ON p.id = f.postid JOIN {Name("channels")} c ON c.id = p.channelid WHERE f.deleteat = 0 AND p.deleteat = 0 AND c.deleteat = 0 AND c.teamid <> '' {mine} ORDER BY f.createat DESC LIMIT {Candidates}",
            row => (Id: row.GetString(0), Path: Path.Combine(work.Scratch.Files, row.GetString(1))),
            cancellationToken);
        var file = candidates.FirstOrDefault(item => File.Exists(item.Path));
        if (file.Id is null)
        {
            work.Findings.NotProven(What, work.HasFiles ? "No post that can be read has a file." : "The restore point has no contents of files.");
            return;
        }

        await using var given = await api.FileAsync(file.Id, cancellationToken);
        await using var stored = File.OpenRead(file.Path);
        var expected = await SHA256.HashDataAsync(stored, cancellationToken);
        var found = given is null ? null : await SHA256.HashDataAsync(given, cancellationToken);
        var isSame = found is not null && expected.SequenceEqual(found);
        work.Findings.Judge(What, isSame ? [] : [$"GET /api/v4/files/{file.Id} gave {(given is null ? "an error" : "other bytes")}"], $"GET /api/v4/files/{file.Id} gave its {stored.Length} bytes.");
    }
}
