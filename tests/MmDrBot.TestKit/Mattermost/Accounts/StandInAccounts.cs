using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>Accounts that live in a database.</summary>
internal sealed class StandInAccounts : IAsyncDisposable
{
    private const int Connections = 16;

    private readonly NpgsqlDataSource _source;
    private readonly StandInState _state;
    private readonly ConcurrentQueue<StandInMail> _mails = new();

    public StandInAccounts(string connectionString, StandInState state)
    {
        _state = state;
        _source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString)
        {
            Pooling = true,
            MaxPoolSize = Connections,
            MaxAutoPrepare = 40,
            CommandTimeout = 30,
            ApplicationName = "mattermost stand-in",
        });
        Release = new(state.Options.Version);
        Table = new(_source);
        Sessions = new(_source);
        Cache = new(Table, state.Options.Time);
    }

    public StandInRelease Release { get; }

    public AccountTable Table { get; }

    public SessionTable Sessions { get; }

    public AccountCache Cache { get; }

    /// <summary>Whether the mail server takes mail, given that the settings name one.</summary>
    public bool MailWorks { get; set; } = true;

    public IReadOnlyList<StandInMail> Mails => [.. _mails];

    public long Now => _state.Now;

    public StandInSettings Settings => _state.Settings;

    public Task EnsureTablesAsync(CancellationToken cancellationToken) => AccountSchema.EnsureAsync(_source, cancellationToken);

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    /// <summary>Notes who asks, if the request carries the token of a session in the database.</summary>
    public async Task AttachSessionAsync(HttpContext context)
    {
        if (context.BearerToken() is not { } token || _state.FindUser(user => user.HasToken(token)) is not null)
            return;

        if (await OwnerAsync(token) is { } user)
            context.Attach(user);
    }

    /// <summary>Whose session it is; null for none.</summary>
    public async Task<StandInUser?> OwnerAsync(string token) => await Sessions.OwnerAsync(token, Now) is { } owner ? await PrincipalAsync(owner) : null;

    /// <summary>An account as one who acts: posts, is in channels.</summary>
    public async Task<StandInUser?> PrincipalAsync(string id)
    {
        if (await Cache.GetAsync(id) is not { } account)
            return null;

        var user = _state.Users.GetOrAdd(id, _ => new StandInUser(account));
        user.Take(account);

        return user;
    }

    /// <summary>Adds one who acts to the database, and has later changes of it written there.</summary>
    public async Task AdoptAsync(StandInUser user, string? password)
    {
        await Table.InsertAsync(
        [
            new()
            {
                Id = user.Id,
                Username = user.Username,
                Email = user.Email,
                EmailVerified = true,
                Roles = user.Roles,
                CreateAt = user.CreateAt,
                Password = password is null ? "" : StandInPassword.Hash(password),
            },
        ]);

        if (user.IsBot)
            await Table.InsertBotAsync(user.Id, user.CreateAt);

        user.Changed = Write;
    }

    /// <returns>Whether it was sent.</returns>
    public bool Send(StandInMail mail)
    {
        if (!MailWorks || string.IsNullOrEmpty((string?)Settings["EmailSettings"]["SMTPServer"]))
            return false;

        _mails.Enqueue(mail);

        return true;
    }

    /// <summary>By the policy, which the developer mode switches off.</summary>
    public void CheckPassword(string password)
    {
        if ((bool?)Settings["ServiceSettings"]["EnableDeveloper"] != true)
            new PasswordPolicy(Settings["PasswordSettings"]).Check(password);
    }

    private void Write(StandInUser user) => Task.Run(async () =>
    {
        await Table.SetRolesAsync(user.Id, user.Roles);
        await Table.SetEmailAsync(user.Id, user.Email);
        await Table.SetDeleteAtAsync(user.Id, user.DeleteAt, Now);
        Cache.Forget(user.Id);
    }).GetAwaiter().GetResult();
}
