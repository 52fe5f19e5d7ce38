namespace MmDrBot.Sso;

/// <summary>
/// Finds conversions by what people call accounts. A name means whoever has it now in Mattermost, who may have been called otherwise when they
/// were converted: one account must never be taken for another that once had its name. A name that nobody has any more means whoever had it then.
/// </summary>
internal sealed class ConversionNames(AccountDirectory accounts)
{
    internal static string Plain(string name) => name.Trim().TrimStart('@').ToLowerInvariant();

    /// <param name="among">At most one an account.</param>
    /// <param name="names">Usernames, e-mail addresses or ids, as <see cref="Plain"/> leaves them.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>By name; names that fit none, or several accounts, are left out.</returns>
    internal async Task<IReadOnlyDictionary<string, Conversion>> FindAsync(IReadOnlyList<Conversion> among, IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        var byId = among.ToDictionary(one => one.UserId);
        var before = among.SelectMany(one => Named(one, one.UserId, one.Username, one.Email)).ToLookup(pair => pair.Name, pair => pair.Of);
        var now = (await accounts.FindAsync(names, cancellationToken)).SelectMany(account => Named(account, account.Id, account.Username, account.Email)).ToLookup(pair => pair.Name, pair => pair.Of);
        var matches = new Dictionary<string, Conversion>();
        foreach (var name in names)
        {
            var match = now[name].ToArray() switch
            {
                [] => before[name].FirstOrDefault(),
                [var holder] => byId.GetValueOrDefault(holder.Id),
                _ => null,
            };
            if (match is not null)
            {
                matches[name] = match;
            }
        }

        return matches;
    }

    private static IEnumerable<(string Name, T Of)> Named<T>(T of, params string[] names) => names.Distinct().Select(name => (name, of));

    internal async Task<Conversion?> FindAsync(IReadOnlyList<Conversion> among, string name, CancellationToken cancellationToken) =>
        (await FindAsync(among, [Plain(name)], cancellationToken)).Values.FirstOrDefault();
}
