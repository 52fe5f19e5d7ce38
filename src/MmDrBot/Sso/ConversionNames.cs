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
    /// <returns>By name; names that fit none are left out.</returns>
    internal async Task<IReadOnlyDictionary<string, Conversion>> FindAsync(IReadOnlyList<Conversion> among, IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        var byId = among.ToDictionary(one => one.UserId);
        var found = names.All(byId.ContainsKey) ? [] : await accounts.FindAsync(names, cancellationToken);
        var matches = new Dictionary<string, Conversion>();
        foreach (var name in names)
        {
            var holder = found.FirstOrDefault(account => account.Username == name || account.Email == name || account.Id == name);
            var match = holder is null ? among.FirstOrDefault(one => one.Username == name || one.Email == name || one.UserId == name) : byId.GetValueOrDefault(holder.Id);
            if (match is not null)
            {
                matches[name] = match;
            }
        }

        return matches;
    }

    internal async Task<Conversion?> FindAsync(IReadOnlyList<Conversion> among, string name, CancellationToken cancellationToken) =>
        (await FindAsync(among, [Plain(name)], cancellationToken)).Values.FirstOrDefault();
}
