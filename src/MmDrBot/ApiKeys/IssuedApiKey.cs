namespace MmDrBot.ApiKeys;

/// <summary>A new key with its secret, which is shown this once and stored nowhere.</summary>
internal sealed record IssuedApiKey(ApiKey Key, string Secret)
{
    /// <summary>Keeps the secret out of logs.</summary>
    public override string ToString() => $"{Key.Prefix} (***)";
}
