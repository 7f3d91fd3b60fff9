namespace ExchangeCluster.Samples.Shop;

/// <summary>How tokens get from hop to hop.</summary>
internal enum Approach
{
    /// <summary>What many do: one token for everyone, handed on as it is. No token service takes part.</summary>
    ReuseEverywhere,

    /// <summary>Every token comes inside the one before it.</summary>
    EmbedAll,

    /// <summary>Every hop asks.</summary>
    ExchangeAll,

    /// <summary>What the policy says of each connection.</summary>
    ThePlan,
}
