using Npgsql;

namespace MmDrBot.TestKit.Samples;

/// <summary>The rows that do not grow: team, channels, users with and without SSO, their sessions and preferences, plugin data.</summary>
internal sealed class SamplePeople(SampleModel model)
{
    private const string UserColumns =
        "id, createat, updateat, deleteat, username, password, authdata, authservice, email, emailverified, nickname, firstname, lastname, roles, allowmarketing, props, notifyprops, lastpasswordupdate, lastpictureupdate, failedattempts, locale, mfaactive, mfasecret, position, timezone, remoteid";

    private static readonly string[] Services = ["", "saml", "ldap", "gitlab", "openid", "", "saml", ""];

    public async Task WriteAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await WriteTeamAsync(connection, cancellationToken);
        await WriteChannelsAsync(connection, cancellationToken);
        await WriteUsersAsync(connection, cancellationToken);
        await WriteSessionsAsync(connection, cancellationToken);
        await WritePreferencesAsync(connection, cancellationToken);
        await WriteSmallAsync(connection, cancellationToken);
    }

    private async Task WriteTeamAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var copy = await CopyWriter.BeginAsync(
            connection, "teams", "id, createat, updateat, deleteat, displayname, name, email, type, inviteid, allowopeninvite", cancellationToken);
        copy.Field(model.TeamId).Field(SampleModel.Start).Field(SampleModel.Start).Field(0).Field("Sample Team").Field("sample").Field("team@example.org")
            .Field("O").Field(SampleIds.Make(model.Options.Seed, SampleKind.Secret, 0)).Field(false);
        await copy.EndRowAsync(cancellationToken);
    }

    private async Task WriteChannelsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var copy = await CopyWriter.BeginAsync(
            connection, "channels", "id, createat, updateat, deleteat, teamid, type, displayname, name, header, purpose, lastpostat, totalmsgcount, creatorid", cancellationToken);

        for (var channel = 0; channel < model.Options.Channels; channel++)
        {
            var direct = channel % 4 == 3;
            copy.Field(model.ChannelId(channel)).Field(SampleModel.Start).Field(SampleModel.Start).Field(0).Field(direct ? "" : model.TeamId)
                .Field(direct ? "D" : channel % 4 == 2 ? "P" : "O").Field(direct ? "" : $"Channel {channel} – Überblick").Field($"channel-{channel}")
                .Field("").Field("").Field(0).Field(0).Field(model.UserId(0));
            await copy.EndRowAsync(cancellationToken);
        }
    }

    private async Task WriteUsersAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var copy = await CopyWriter.BeginAsync(connection, "users", UserColumns, cancellationToken);

        for (var user = 0; user < model.Options.Users; user++)
        {
            var service = Services[user % Services.Length];
            copy.Field(model.UserId(user)).Field(SampleModel.Start).Field(SampleModel.Start).Field(user % 50 == 49 ? SampleModel.Start + 1 : 0)
                .Field($"user{user}").Field(service.Length == 0 ? "$2a$10$" + SampleIds.Make(model.Options.Seed, SampleKind.Secret, user + 10) : "")
                .Field(service.Length == 0 ? null : $"{service}-{user}-ü").Field(service).Field($"user{user}@example.org").Field(true)
                .Field("").Field("First").Field($"Läst{user}").Field(user == 0 ? "system_admin system_user" : "system_user").Field(false)
                .Field("{}").Field("""{"desktop": "mention", "email": "true"}""").Field(SampleModel.Start).Field(0).Field(0).Field("en").Field(false)
                .Field("").Field("").Field("""{"useAutomaticTimezone": "true"}""").Field(null);
            await copy.EndRowAsync(cancellationToken);
        }
    }

    private async Task WriteSessionsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var copy = await CopyWriter.BeginAsync(
            connection, "sessions", "id, token, createat, expiresat, lastactivityat, userid, deviceid, roles, isoauth, props, expirednotify", cancellationToken);

        for (var session = 0; session < model.Options.Users; session++)
        {
            var time = SampleModel.Start + (session * 1000L);
            copy.Field(SampleIds.Make(model.Options.Seed, SampleKind.Session, session)).Field(SampleIds.Make(model.Options.Seed, SampleKind.Session, -1 - session))
                .Field(time).Field(time + 2_592_000_000).Field(time).Field(model.UserId(session)).Field("").Field("system_user").Field(false)
                .Field("""{"browser": "Firefox/130", "os": "Linux"}""").Field(false);
            await copy.EndRowAsync(cancellationToken);
        }
    }

    private async Task WritePreferencesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var copy = await CopyWriter.BeginAsync(connection, "preferences", "userid, category, name, value", cancellationToken);

        for (var i = 0; i < model.Options.Users * 4; i++)
        {
            copy.Field(model.UserId(i / 4)).Field("tutorial_step").Field($"{i % 4}").Field("999");
            await copy.EndRowAsync(cancellationToken);
        }
    }

    private async Task WriteSmallAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO db_migrations SELECT n, 'migration_' || n FROM generate_series(1, 140) n;
            INSERT INTO systems VALUES ('Version', '11.4.0'), ('DiagnosticId', 'x7r4yk8mppbgtd5a3wq1n9ufco'), ('InstallationDate', '1700000000000'),
                ('AsymmetricSigningKey', '{"ecdsa_key": {"curve": "P-256", "x": 1, "y": 2, "d": 3}}'), ('PostActionCookieSecret', '{"key": "c2VjcmV0"}');
            INSERT INTO pluginkeyvaluestore SELECT 'com.example.plugin', 'key ' || n, decode(repeat(md5(n::text), n), 'hex'), 0 FROM generate_series(1, 30) n;
            INSERT INTO pluginkeyvaluestore VALUES ('com.example.plugin', 'empty', '', 0), ('com.example.plugin', 'null', NULL, 1);
            """,
            connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
