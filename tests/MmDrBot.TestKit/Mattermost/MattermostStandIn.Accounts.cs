using System.Text.Json.Nodes;

namespace MmDrBot.TestKit.Mattermost;

/// <content>Accounts in a database, and the settings that matter to them.</content>
public sealed partial class MattermostStandIn
{
    /// <summary>What people of <see cref="AddUser"/> sign in with, where accounts live in a database.</summary>
    public const string DefaultPassword = "Standin-pass-1";

    /// <summary>Reset mails that went out, oldest first.</summary>
    public IReadOnlyList<StandInMail> Mails => Accounts.Mails;

    /// <summary>Whether the mail server takes mail; without, a reset mail's link is made all the same.</summary>
    public bool MailWorks
    {
        get => Accounts.MailWorks;
        set => Accounts.MailWorks = value;
    }

    private StandInAccounts Accounts => _state.Accounts ?? throw new InvalidOperationException("Accounts live in memory: StandInOptions.Database is not set.");

    /// <summary>Changes a setting as an administrator would, what clients see of it included.</summary>
    public void SetSetting(string section, string name, JsonNode? value)
    {
        _state.Settings.Set(section, name, value);
        _state.PublishSettings();
    }

    /// <summary>Has the environment give a setting: no call changes it any more.</summary>
    public void OverrideSetting(string section, string name, JsonNode? value)
    {
        _state.Settings.Override(section, name, value);
        _state.PublishSettings();
    }

    /// <summary>Adds a person who signs in with a service.</summary>
    public async Task<StandInAccount> AddSsoUserAsync(string username, string service, string data) =>
        (await AddSsoUsersAsync([(username, service, data)]))[0];

    /// <summary>Adds many people of a service: <c>prefix0</c> and so on, each with auth_data <c>service-prefix0</c>.</summary>
    public Task<IReadOnlyList<StandInAccount>> AddSsoUsersAsync(string prefix, int count, string service) =>
        AddSsoUsersAsync([.. Enumerable.Range(0, count).Select(number => $"{prefix}{number}").Select(name => (name, service, $"{service}-{name}"))]);

    /// <summary>An account as the database has it now; null for none.</summary>
    public Task<StandInAccount?> FindAccountAsync(string id) => Accounts.Table.ByIdAsync(id);

    private async Task<IReadOnlyList<StandInAccount>> AddSsoUsersAsync(IReadOnlyList<(string Username, string Service, string Data)> people)
    {
        var now = _state.Now;
        StandInAccount[] accounts =
        [
            .. people.Select(person => new StandInAccount
            {
                Id = StandInIds.New(),
                Username = person.Username,
                Email = $"{person.Username}@acme.example",
                EmailVerified = true,
                AuthService = person.Service,
                AuthData = person.Data,
                CreateAt = now,
                UpdateAt = now,
                LastPasswordUpdate = now,
            }),
        ];
        await Accounts.Table.InsertAsync(accounts);

        return accounts;
    }

    private void MapAccounts(StandInOptions options)
    {
        if (options.Database is not { } database)
        {
            _app.MapUsers(_state);
            return;
        }

        var accounts = _state.Accounts = new(database, _state);
        _app.MapAccountReads(_state, accounts);
        _app.MapAccountWrites(_state, accounts);
        _app.MapAuth(_state, accounts);
        _app.MapPasswords(_state, accounts);
        _app.MapLogin(_state, accounts);
    }
}
